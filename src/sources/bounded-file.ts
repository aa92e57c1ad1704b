import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { GatheredBytes } from '../text/gathered-bytes.ts';
import { objectOf, stringOf } from '../text/json.ts';

/**
 * A file that was not read; `why` continues after its name: "does not exist", "is larger than 4
 * MiB".
 */
export class UnreadableFile extends Error {
  readonly why: string;
  /** Node's name for it: `ENOENT`; '' if it is not a system error. */
  readonly code: string;

  constructor(file: string, why: string, code = '') {
    super(`${file} ${why}`);
    this.name = 'UnreadableFile';
    this.why = why;
    this.code = code;
  }
}

const READ_SIZE = 64 * 1024;
const MIB = 1024 * 1024;
/** How long the program behind a pipe may take to write: 10 s in all. */
const MAX_LOOKS = 200;
const LOOK_AFTER_MS = 50;

/**
 * Reads a small file whole, synchronously: nothing can go on without it. Reads nothing beyond the
 * bound, so an endless file (a device) or a wrong one (a disk image) does no harm; a pipe without a
 * writer is given up.
 * @param mostBytes a whole number of MiB.
 * @param mayBePipe may it be one (`<(kubectl config view --raw)`)? Not for a file that is read
 * again and again.
 * @throws UnreadableFile.
 */
export function readBounded(file: string, mostBytes: number, mayBePipe: boolean): Buffer {
  let fd: number;
  try {
    // Opening a pipe without a writer would block.
    fd = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    throw unreadable(file, error);
  }
  try {
    const isPipe = fstatSync(fd).isFIFO();
    if (isPipe && !mayBePipe) throw new UnreadableFile(file, 'is a pipe, but must be read more than once');
    return readAll(file, fd, mostBytes, isPipe);
  } finally {
    closeSync(fd);
  }
}

function readAll(file: string, fd: number, mostBytes: number, isPipe: boolean): Buffer {
  const gathered = new GatheredBytes();
  let looks = 0;
  while (gathered.size <= mostBytes) {
    const piece = Buffer.allocUnsafe(READ_SIZE);
    const count = readPiece(file, fd, piece);
    // Before its writer comes, a pipe is at its end.
    if (count === 0 && !(isPipe && gathered.size === 0)) return gathered.take();
    if (count !== null && count > 0) {
      gathered.add(piece.subarray(0, count));
      looks = 0;
    } else {
      if (++looks > MAX_LOOKS) throw new UnreadableFile(file, 'is a pipe that nothing writes to');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_AFTER_MS);
    }
  }
  throw new UnreadableFile(file, `is larger than ${mostBytes / MIB} MiB`);
}

/** How many bytes were read; 0 at the end, null if there are none yet. */
function readPiece(file: string, fd: number, into: Buffer): number | null {
  try {
    return readSync(fd, into);
  } catch (error) {
    if (stringOf(objectOf(error).code) === 'EAGAIN') return null;
    throw unreadable(file, error);
  }
}

const WHY: Readonly<Record<string, string>> = { ENOENT: 'does not exist', EISDIR: 'is a directory' };

function unreadable(file: string, error: unknown): UnreadableFile {
  const code = stringOf(objectOf(error).code);
  return new UnreadableFile(file, WHY[code] ?? `cannot be read (${code})`, code);
}
