import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { GatheredBytes } from '../text/gathered-bytes.ts';
import { objectOf, stringOf } from '../text/json.ts';

/** A file that was not read; `why` goes on from its name: "does not exist", "is larger than 4 MiB". */
export class UnreadableFile extends Error {
  readonly why: string;
  /** As Node names it: `ENOENT`; '' where it is none of the system's. */
  readonly code: string;

  constructor(file: string, why: string, code = '') {
    super(`${file} ${why}`);
    this.name = 'UnreadableFile';
    this.why = why;
    this.code = code;
  }
}

const READ_AT_ONCE = 64 * 1024;
const MIB = 1024 * 1024;
/** As long as the program behind a pipe may take to write, 10 s in all. */
const LOOKS = 200;
const LOOK_AFTER_MS = 50;

/**
 * Reads a small file whole, now: nobody goes on without it. What has no end (a device), or is no such file at all (a disk image), is not
 * read beyond its bound, and a pipe to which nobody writes keeps nobody for ever.
 * @param mostBytes a whole number of MiB.
 * @param mayBePipe may it be one (`<(kubectl config view --raw)`)? What is read again and again may not.
 * @throws UnreadableFile.
 */
export function readBounded(file: string, mostBytes: number, mayBePipe: boolean): Buffer {
  let fd: number;
  try {
    // A pipe that nobody writes to would not even open.
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
    const piece = Buffer.allocUnsafe(READ_AT_ONCE);
    const count = readPiece(file, fd, piece);
    // Before its writer comes, a pipe is at its end.
    if (count === 0 && !(isPipe && gathered.size === 0)) return gathered.take();
    if (count !== null && count > 0) {
      gathered.add(piece.subarray(0, count));
      looks = 0;
    } else {
      if (++looks > LOOKS) throw new UnreadableFile(file, 'is a pipe that nothing writes to');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_AFTER_MS);
    }
  }
  throw new UnreadableFile(file, `is larger than ${mostBytes / MIB} MiB`);
}

/** How many bytes were read; 0 at the end, null where there are none yet. */
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
