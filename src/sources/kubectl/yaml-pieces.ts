import { parse } from 'yaml';
import { objectOf } from '../../text/json.ts';
import { contentLength, LineSplitter } from '../../text/line-splitter.ts';
import { isKnownNoise } from './noise.ts';
import type { Cut, Parse, Piece, PieceSplitter } from './piece.ts';

/** Items of a list are at the indentation of the first. */
const ITEM = /^( {0,8})-(?: |$)/;

/**
 * - `between`: outside of every document; `document`: in one that is not a list so far;
 * - `items`: after `items:`, before the first; `item`: in one; `tail`: after the last.
 */
type Phase = 'between' | 'document' | 'items' | 'item' | 'tail';

/**
 * Cuts YAML, of one document or several, into documents, and lists into their items, by lines:
 * `kubectl get -o yaml` of a large cluster is never held as a whole. Does not read items that refer
 * to each other by anchors, which kubectl does not write.
 */
export class YamlPieces implements PieceSplitter {
  readonly parse = parseYaml;
  readonly #lines = new LineSplitter();
  #phase: Phase = 'between';
  #line = 0;
  #begunAt = 1;
  #listBegunAt = 1;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #head: Buffer[] = [];
  #indent = 0;

  get pendingBytes(): number {
    return this.#heldBytes + this.#lines.pendingBytes;
  }

  push(chunk: Buffer): Piece[] {
    const pieces: Piece[] = [];
    for (const line of this.#lines.push(chunk)) this.#take(line, pieces);
    return pieces;
  }

  end(): { readonly pieces: readonly Piece[]; readonly cut: Cut | null } {
    const pieces: Piece[] = [];
    const rest = this.#lines.rest();
    if (rest.length > 0) this.#take(rest, pieces);
    // kubectl writes the kind of a list after its items.
    const isCut = this.#phase === 'item' && this.#head.length > 0 && !this.#head.some(namesKind);
    if (isCut) return { pieces, cut: { inList: true, line: this.#listBegunAt } };
    this.#endDocument(pieces);
    return { pieces, cut: null };
  }

  #take(line: Buffer, pieces: Piece[]): void {
    this.#line++;
    const text = line.toString('utf8', 0, contentLength(line));
    if (/^(?:---|\.{3})(?:\s|$)/.test(text)) {
      this.#endDocument(pieces);
      return;
    }
    if (this.#phase === 'between') this.#begin(line, text, pieces);
    else this.#goOn(line, text, pieces);
  }

  #begin(line: Buffer, text: string, pieces: Piece[]): void {
    if (/^\s*(?:#|$)/.test(text)) return;
    if (isKnownNoise(text)) {
      pieces.push({ type: 'text', bytes: Buffer.from(text), line: this.#line });
      return;
    }
    this.#begunAt = this.#line;
    this.#head = [];
    if (/^-(?: |$)/.test(text)) {
      this.#openList(pieces);
      this.#goOn(line, text, pieces);
      return;
    }
    this.#phase = 'document';
    this.#goOn(line, text, pieces);
  }

  #goOn(line: Buffer, text: string, pieces: Piece[]): void {
    if (this.#phase === 'document' && /^items:\s*$/.test(text)) {
      this.#head = this.#held;
      this.#openList(pieces);
      return;
    }
    if (this.#phase === 'items' || this.#phase === 'item') {
      const indent = ITEM.exec(text)?.[1]?.length;
      if (indent !== undefined && (this.#phase === 'items' || indent === this.#indent)) {
        this.#endItem(pieces);
        this.#indent = indent;
        this.#begunAt = this.#line;
        this.#phase = 'item';
      } else if (/^[^\s#-]/.test(text)) {
        this.#endItem(pieces);
        this.#phase = 'tail';
      }
    }
    this.#held.push(line);
    this.#heldBytes += line.length;
  }

  #openList(pieces: Piece[]): void {
    this.#listBegunAt = this.#begunAt;
    this.#phase = 'items';
    this.#letGo();
    pieces.push({ type: 'list-begin', bytes: Buffer.concat(this.#head), line: this.#listBegunAt });
  }

  #endItem(pieces: Piece[]): void {
    if (this.#phase === 'item') pieces.push({ type: 'item', bytes: Buffer.concat(this.#held), line: this.#begunAt });
    this.#letGo();
  }

  #endDocument(pieces: Piece[]): void {
    if (this.#phase === 'document') pieces.push({ type: 'value', bytes: Buffer.concat(this.#held), line: this.#begunAt });
    else if (this.#phase !== 'between') {
      const tail = this.#phase === 'tail' ? this.#held : [];
      if (this.#phase === 'item') this.#endItem(pieces);
      pieces.push({ type: 'list-end', bytes: Buffer.concat([...this.#head, ...tail]), line: this.#listBegunAt });
    }
    this.#letGo();
    this.#head = [];
    this.#phase = 'between';
  }

  #letGo(): void {
    this.#held = [];
    this.#heldBytes = 0;
  }
}

/** Reads one document, or a sequence of one item. */
const parseYaml: Parse = (bytes) => {
  try {
    const value: unknown = parse(bytes.toString('utf8'), { logLevel: 'error' });
    const only: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
    return typeof only === 'object' && only !== null && !Array.isArray(only) ? objectOf(only) : undefined;
  } catch {
    return undefined;
  }
};

function namesKind(line: Buffer): boolean {
  return line.toString('latin1', 0, 5) === 'kind:';
}
