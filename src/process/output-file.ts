import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createFile, type NewFileOptions, writeError } from '../recording/new-file.ts';
import { write } from './write.ts';

/**
 * Writes a whole text, or the pieces of one as they are made, to be handed on: to a file, or to standard output for `-`. A file that is
 * replaced keeps its rights; what fails leaves it as it was.
 * @throws InputError where the file is there already and may not be replaced, or its name cannot be used.
 * @throws OutputError where rights or the disk do not allow it.
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
 * Makes a file of a text, given in pieces: the file is there with all of it, or not at all.
 * @param isAllowed asked before the file has its name; what it throws ends it.
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
    throw isOurs ? error : writeError(error, options.file, options.overwrite ? 'it is as it was' : 'nothing was written');
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
