import { once } from 'node:events';
import { lstat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Writable } from 'node:stream';
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
 * Writes a whole text to a file (mode 0600), or to standard output for `-`.
 * @throws InputError where the file is there already and may not be replaced, or its name cannot be used.
 * @throws OutputError where rights or the disk do not allow it.
 */
export async function writeOutput(file: string, text: string, overwrite: boolean, stdout: Writable): Promise<void> {
  if (file === '-') return write(stdout, text);
  const stream = await createOutput({ file, overwrite });
  try {
    stream.end(text);
    await once(stream, 'close');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new OutputError(`${file} was not written whole: ${why}`, { cause: error });
  }
}
