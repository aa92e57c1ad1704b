import { Buffer } from 'node:buffer';
import type { CopyOutcome } from '../view/copy-menu.ts';

/** A program between crashtop and the terminal's clipboard. */
export type Multiplexer = 'tmux' | 'screen';

export interface ClipboardOptions {
  /**
   * Writes to the terminal that the screen is drawn on: each sequence is one write, between two
   * frames.
   */
  readonly write: (sequence: string) => void;
  /** null for a direct connection to the terminal. */
  readonly multiplexer: Multiplexer | null;
}

// xterm and terminals like it ignore longer ones (hterm, "OSC 52": 100,000 bytes; xterm 74,994 of
// base64).
const MAX_BASE64 = 74_994;
const MAX_BYTES = Math.floor(MAX_BASE64 / 4) * 3;

const OSC_52 = '\u001b]52;c;';
const BEL = '\u0007';

const HINTS: Readonly<Record<Multiplexer, string>> = {
  tmux: 'tmux must have set-clipboard on',
  screen: 'screen does not pass it on',
};

/**
 * The terminal's clipboard, set by an escape sequence (OSC 52). Many terminals disable it, and none
 * says so: copied text is therefore kept, and printed when the screen closes.
 */
export class Clipboard {
  readonly #options: ClipboardOptions;
  readonly #copied = new Set<string>();

  constructor(options: ClipboardOptions) {
    this.#options = options;
  }

  /**
   * Sets the clipboard; success is unknown, because no terminal answers. @param text safe text: it
   * is printed later.
   */
  copy(text: string): CopyOutcome {
    const { write, multiplexer } = this.#options;
    // Text copied again moves to the end.
    this.#copied.delete(text);
    this.#copied.add(text);
    const bytes = Buffer.from(text, 'utf8');
    const isWhole = bytes.length <= MAX_BYTES;
    const sequence = `${OSC_52}${(isWhole ? bytes : beginningOf(bytes)).toString('base64')}${BEL}`;
    write(multiplexer === 'tmux' ? sequence + throughTmux(sequence) : sequence);
    return { isWhole, hint: multiplexer === null ? '' : HINTS[multiplexer] };
  }

  /**
   * All copied texts, the oldest first, to be printed when the screen closes; '' if there are none.
   */
  farewell(): string {
    if (this.#copied.size === 0) return '';
    return `copied text, for terminals without clipboard access:\n${Array.from(this.#copied, (text) => `${text.trimEnd()}\n`).join('\n')}`;
  }
}

// Does not cut inside a character.
function beginningOf(bytes: Buffer): Buffer {
  let end = MAX_BYTES;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end);
}

// A tmux without OSC 52 support may still pass it through (allow-passthrough); else it ignores
// this.
function throughTmux(sequence: string): string {
  return `\u001bPtmux;${sequence.replaceAll('\u001b', '\u001b\u001b')}\u001b\\`;
}
