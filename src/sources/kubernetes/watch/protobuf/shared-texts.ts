const SLOTS = 4096;
const MAX_BYTES = 64;

/**
 * Decodes UTF-8, and returns repeated short texts as the same string: labels, images, reasons and
 * field names are few, and each pod has them. Finding one again costs a third of making it, and it
 * is stored once. Of texts in the same slot the newest stays.
 */
export class SharedTexts {
  readonly #texts: string[] = new Array(SLOTS).fill('');

  /** The text from `start` to before `end`. Invalid UTF-8 becomes the replacement character. */
  read(bytes: Buffer, start: number, end: number): string {
    const length = end - start;
    if (length > MAX_BYTES) return bytes.toString('utf8', start, end);
    const slot = slotOf(bytes, start, end);
    const known = this.#texts[slot] as string;
    if (known.length === length && isSame(known, bytes, start)) return known;
    const text = bytes.toString('utf8', start, end);
    // Only ASCII has as many characters as bytes: the characters of other texts may equal the bytes
    // of this one.
    if (text.length === length) this.#texts[slot] = text;
    return text;
  }
}

function slotOf(bytes: Buffer, start: number, end: number): number {
  let hash = 0;
  for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + (bytes[i] as number)) | 0;
  return (hash ^ (hash >>> 12)) & (SLOTS - 1);
}

function isSame(text: string, bytes: Buffer, start: number): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) !== bytes[start + i]) return false;
  return true;
}
