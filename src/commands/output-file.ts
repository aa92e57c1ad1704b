import { lstat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { InputError } from '../recording/input-error.ts';
import { OutputError } from '../recording/output-error.ts';
import { createOutput } from '../recording/writer.ts';
import { write } from './print.ts';

/**
 * Looks whether a file could be made, before the work is done that is to fill it; nothing is made yet.
 * @throws InputError where it is there already and may not be replaced, or its directory is not there.
 */
export async function checkOutput(file: string, overwrite: boolean): Promise<void> {
  if (file === '-') return;
  if (!overwrite && (await isThere(file))) throw new InputError(`${file} exists already: give another name, or --overwrite`);
  if (!(await isThere(dirname(file)))) throw new InputError(`${file}: there is no such directory`);
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/**
 * Writes a whole text, or the pieces of one as they are made, to a file (mode 0600), or to standard output for `-`.
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
  if (file === '-') {
    for (const piece of pieces) await write(stdout, piece);
    return;
  }
  const stream = await createOutput({ file, overwrite });
  try {
    await pipeline(Readable.from(pieces), stream);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new OutputError(`${file} was not written whole: ${why}`, { cause: error });
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
