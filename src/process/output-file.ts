import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createFile, type NewFileOptions, writeError } from '../recording/new-file.ts';
import { write } from './write.ts';

/**
 * Writes a text, whole or in pieces as they are made, to a file, or to standard output for `-`. A
 * replaced file keeps its permissions; on failure it stays unchanged.
 * @throws InputError if the file exists and may not be replaced, or its name cannot be used.
 * @throws OutputError if permissions or the disk do not allow it.
 */
export async function writeOutput(
  file: string,
  text: string | Iterable<string>,
  overwrite: boolean,
  stdout: Writable,
): Promise<void> {
  const pieces = typeof text === 'string' ? [text] : inBatches(text);
  if (file !== '-') return writeWhole(pieces, { file, overwrite, readers: 'umask', keepsRights: true });
  for (const piece of pieces) await write(stdout, piece);
}

/**
 * Writes a text in pieces to a file: all of it, or nothing.
 * @param isAllowed called before the file gets its name; if it throws, nothing is written.
 * @throws as {@link writeOutput}.
 */
export async function writeWhole(
  pieces: Iterable<string> | AsyncIterable<string | Buffer>,
  options: Omit<NewFileOptions, 'named'>,
  isAllowed: () => void = () => {},
): Promise<void> {
  const made = await createFile({ ...options, named: 'when-whole' });
  try {
    await pipeline(Readable.from(pieces), made.stream);
    isAllowed();
    await made.commit();
  } catch (error) {
    await made.discard();
    const isOurs = error instanceof Error && !('code' in error);
    throw isOurs ? error : writeError(error, options.file, options.overwrite ? 'it is unchanged' : 'nothing was written');
  }
}

const BATCH = 64 * 1024;

function* inBatches(pieces: Iterable<string>): Generator<string> {
  let batch = '';
  for (const piece of pieces) {
    batch += piece;
    if (batch.length < BATCH) continue;
    yield batch;
    batch = '';
  }
  yield batch;
}
