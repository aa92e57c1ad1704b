import { deflateRaw, inflateRawSync } from 'node:zlib';

/**
 * Texts compressed together, with their keys at that time; texts that changed since are elsewhere.
 */
interface Block {
  readonly keys: readonly string[];
  /** Joined by line feeds; plain until compressed. */
  texts: string | Buffer;
  /** How many of the keys still have their text here. */
  live: number;
}

// This much similar text (pods) shrinks to a tenth.
const BLOCK_CHARS = 512 * 1024;
// With a smaller fraction of live texts, a block is unpacked.
const MIN_LIVE = 1 / 4;

/**
 * Single-line texts by key, kept compressed: for data that is written often and read rarely, all at
 * once.
 */
export class CompressedStrings {
  readonly #blockOf = new Map<string, Block>();
  #loose = new Map<string, string>();
  #looseChars = 0;

  get size(): number {
    return this.#blockOf.size + this.#loose.size;
  }

  /** Sets or replaces a key's text. @param text without line breaks, like JSON. */
  set(key: string, text: string): void {
    this.delete(key);
    this.#loose.set(key, text);
    this.#looseChars += text.length;
    if (this.#looseChars >= BLOCK_CHARS) this.#pack();
  }

  delete(key: string): void {
    const block = this.#blockOf.get(key);
    if (block === undefined) {
      this.#looseChars -= this.#loose.get(key)?.length ?? 0;
      this.#loose.delete(key);
      return;
    }
    this.#blockOf.delete(key);
    block.live--;
    if (block.live > 0 && block.live < MIN_LIVE * block.keys.length) this.#loosen(block);
  }

  /** All texts, in no particular order. Do not set or delete meanwhile. */
  *values(): Generator<string> {
    for (const [, text] of this.entries()) yield text;
  }

  /** As {@link values}, with their keys. */
  *entries(): Generator<readonly [string, string]> {
    for (const block of new Set(this.#blockOf.values())) yield* this.#textsOf(block);
    yield* this.#loose.entries();
  }

  #pack(): void {
    const keys = [...this.#loose.keys()];
    const texts = [...this.#loose.values()].join('\n');
    const block: Block = { keys, texts, live: keys.length };
    for (const key of keys) this.#blockOf.set(key, block);
    // Runs in another thread, for a millisecond or two. On failure the texts stay plain.
    deflateRaw(texts, { level: 1 }, (error, packed) => {
      if (error === null) block.texts = packed;
    });
    this.#loose = new Map();
    this.#looseChars = 0;
  }

  #loosen(block: Block): void {
    for (const [key, text] of [...this.#textsOf(block)]) {
      this.#blockOf.delete(key);
      this.#loose.set(key, text);
      this.#looseChars += text.length;
    }
  }

  *#textsOf(block: Block): Generator<readonly [string, string]> {
    const whole = typeof block.texts === 'string' ? block.texts : inflateRawSync(block.texts).toString('utf8');
    const texts = whole.split('\n');
    for (const [i, key] of block.keys.entries()) if (this.#blockOf.get(key) === block) yield [key, texts[i] as string];
  }
}
