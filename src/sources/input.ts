import { createReadStream, type ReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { InputError } from '../recording/input-error.ts';
import { toInputError } from '../recording/reader.ts';

/** Where bytes come from: a file, which can be read again, or a stream, which cannot. */
export interface Input {
  /** What messages call it: the path as given. */
  readonly path: string;
  /** What the screen calls it: the file's own name. */
  readonly name: string;
  /** Its bytes, once. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** All its bytes again; null for a stream. */
  readonly reopen: (() => AsyncIterable<Uint8Array>) | null;
  /** Lets go of the file or stream. */
  readonly close: () => void;
}

// Large pieces: per piece there is a fixed price, and a recording is read from first to last byte.
const READ_AT_ONCE = 256 * 1024;

/** A file, or whatever else has a path (a named pipe is a stream). @throws InputError where there is nothing to read. */
export async function inputAt(path: string): Promise<Input> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw new InputError(`${path} is a directory: give it alone, or the files in it`);
    return fromPath(path, found.isFile());
  } catch (error) {
    throw toInputError(error, path);
  }
}

/** Is it a directory? false where there is nothing. */
export async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // What is wrong with it is told when it is opened.
    return false;
  }
}

function fromPath(path: string, again: boolean): Input {
  const read = () => createReadStream(path, { highWaterMark: READ_AT_ONCE });
  let stream: ReadStream | null = null;
  // Opened when somebody reads: a stream that fails before anybody listens takes the process with it.
  const begin = () => {
    stream = read();
    return stream[Symbol.asyncIterator]();
  };
  return {
    path,
    name: basename(path),
    bytes: { [Symbol.asyncIterator]: begin },
    reopen: again ? read : null,
    close: () => stream?.destroy(),
  };
}

/** Standard input, or another stream. */
export function inputFrom(stream: Readable): Input {
  const name = 'standard input';
  return { path: name, name, bytes: stream, reopen: null, close: () => stream.destroy() };
}
