import { createReadStream, type ReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { InputError } from '../recording/input-error.ts';
import { toInputError } from '../recording/reader.ts';

/** A source of bytes: a file, which can be read again, or a stream, which cannot. */
export interface Input {
  /** Its name in messages: the path as given. */
  readonly path: string;
  /** Its name on the screen: the file's own. */
  readonly name: string;
  /** Its bytes, once. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** All its bytes again; null for a stream. */
  readonly reopen: (() => AsyncIterable<Uint8Array>) | null;
  /** Closes the file or stream. */
  readonly close: () => void;
}

// Large pieces: each has a fixed price, and a recording is read from first to last byte.
const READ_SIZE = 256 * 1024;

/**
 * Opens a file, or anything else with a path (a named pipe is a stream). @throws InputError if it
 * does not exist or cannot be read.
 */
export async function inputAt(path: string): Promise<Input> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw new InputError(`${path} is a directory: give it alone, or the files in it`);
    return fromPath(path, found.isFile());
  } catch (error) {
    throw toInputError(error, path);
  }
}

/** Is it a directory? false if it does not exist. */
export async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    // Opening it reports what is wrong with it.
    return false;
  }
}

function fromPath(path: string, again: boolean): Input {
  const read = () => createReadStream(path, { highWaterMark: READ_SIZE });
  let stream: ReadStream | null = null;
  // Opened on first read: a stream that fails before it has a listener ends the process.
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
