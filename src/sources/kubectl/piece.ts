import { type Json, objectOf } from '../../text/json.ts';

/**
 * A piece of kubectl's output, in the order in which it stands there:
 * - `value`: an object that stands by itself: a watch event, a Pod;
 * - `list-begin`, `item`..., `list-end`: a List, an array or a YAML sequence, one object at a time, so that no list
 *   is held as text. `list-begin` has what stands before the items, `list-end` the whole list without them: a
 *   PodList of the API names its kind before them, kubectl's own List behind them;
 * - `log`: what `kubectl cluster-info dump` prints of a container, between its two marks;
 * - `text`: a line that is none of these.
 */
export interface Piece {
  readonly type: 'value' | 'list-begin' | 'item' | 'list-end' | 'log' | 'text';
  readonly bytes: Buffer;
  /** 1-based line in which it begins. */
  readonly line: number;
}

/** Reads the object that a piece holds; undefined where it cannot be read. */
export type Parse = (bytes: Buffer) => Json | undefined;

/** Where the output ended in the middle of something. */
export interface Cut {
  /** Inside of a list: what came of it is not all that there was. */
  readonly inList: boolean;
  /** 1-based line in which the cut object, or the list, begins. */
  readonly line: number;
}

/** Cuts a stream of bytes into pieces. */
export interface PieceSplitter {
  /** How many bytes of a piece without an end are held. */
  readonly pendingBytes: number;
  /** The pieces that this chunk completes. */
  push(chunk: Buffer): Piece[];
  /** What the end of the stream completes, and what it cuts off. */
  end(): { readonly pieces: readonly Piece[]; readonly cut: Cut | null };
  readonly parse: Parse;
}

/** Reads one JSON object. */
export const parseJson: Parse = (bytes) => {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? objectOf(value) : undefined;
  } catch {
    return undefined;
  }
};
