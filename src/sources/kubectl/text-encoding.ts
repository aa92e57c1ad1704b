import { decompress, withHead } from '../../recording/decompress.ts';

const ESCAPE = 0x1b;
const OPEN_BRACKET = 0x5b;

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/**
 * The bytes, unpacked, as UTF-8 without a byte order mark and without colours: PowerShell's `>`
 * writes UTF-16, `jq -C` colours its output. Plain UTF-8 passes unchanged.
 */
export async function* textOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const chunks = decompress(bytes)[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  while (head.length < 4) {
    const next = await chunks.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  const { encoding, mark } = encodingOf(head);
  const text = withHead(head.subarray(mark), chunks);
  yield* withoutColours(encoding === 'utf-8' ? text : transcoded(text, encoding));
}

// In UTF-16 without a mark every other byte is zero, since kubectl's output begins with ASCII.
function encodingOf(head: Buffer): { encoding: Encoding; mark: number } {
  const [a, b, c, d] = head;
  if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: 'utf-8', mark: 3 };
  if (a === 0xff && b === 0xfe) return { encoding: 'utf-16le', mark: 2 };
  if (a === 0xfe && b === 0xff) return { encoding: 'utf-16be', mark: 2 };
  if (a !== 0 && b === 0 && c !== 0 && d === 0) return { encoding: 'utf-16le', mark: 0 };
  if (a === 0 && b !== 0 && c === 0 && d !== 0) return { encoding: 'utf-16be', mark: 0 };
  return { encoding: 'utf-8', mark: 0 };
}

async function* transcoded(chunks: AsyncIterable<Buffer>, encoding: Encoding): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }));
  const rest = decoder.decode();
  if (rest !== '') yield Buffer.from(rest);
}

/**
 * Drops control sequences (ESC [ ... letter). JSON and YAML strings never contain a raw ESC: it
 * would be escaped.
 */
async function* withoutColours(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let state: 'text' | 'escape' | 'sequence' = 'text';
  for await (const chunk of chunks) {
    if (state === 'text' && !chunk.includes(ESCAPE)) {
      yield chunk;
      continue;
    }
    const kept = Buffer.alloc(chunk.length);
    let length = 0;
    for (const byte of chunk) {
      if (state === 'text' && byte !== ESCAPE) kept[length++] = byte;
      else if (state === 'text') state = 'escape';
      else if (state === 'escape') state = byte === OPEN_BRACKET ? 'sequence' : 'text';
      // Parameters and intermediates are 0x20 to 0x3f (ECMA-48, 5.4).
      else if (byte < 0x20 || byte > 0x3f) state = 'text';
    }
    if (length > 0) yield kept.subarray(0, length);
  }
}
