import { pipeline, Readable } from 'node:stream';
import { constants, createGunzip } from 'node:zlib';
import { bufferOf } from '../text/gathered-bytes.ts';

const CHUNK = 256 * 1024;

/**
 * The bytes as they are, or decompressed if they start like gzip (one or more members). A truncated
 * member gives all of its complete data and no error; damaged data throws zlib's error (see {@link
 * isGzipError}).
 */
export async function* decompress(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const chunks = bytes[Symbol.asyncIterator]();
  const head: Buffer[] = [];
  while (sizeOf(head) < 2) {
    const next = await chunks.next();
    if (next.done === true) break;
    head.push(bufferOf(next.value));
  }
  const begin = Buffer.concat(head);
  if (begin[0] !== 0x1f || begin[1] !== 0x8b) {
    yield* withHead(begin, chunks);
    return;
  }
  // Z_SYNC_FLUSH: if the writer was killed, the file ends inside a member, and everything up to
  // there counts.
  const gunzip = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH, chunkSize: CHUNK });
  // The iteration below throws the stream's error, whichever end it came from.
  pipeline(Readable.from(withHead(begin, chunks), { objectMode: false }), gunzip, () => {});
  yield* gunzip;
}

/** True if decompression failed because the bytes are damaged. */
export function isGzipError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_');
}

/** Puts back the first bytes that were taken from an iterator. */
export async function* withHead(head: Buffer, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Buffer> {
  try {
    if (head.length > 0) yield head;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield bufferOf(next.value);
  } finally {
    await rest.return?.();
  }
}

function sizeOf(chunks: readonly Buffer[]): number {
  return chunks.reduce((total, chunk) => total + chunk.length, 0);
}
