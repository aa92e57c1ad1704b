import { type Json, objectOf } from '../../text/json.ts';

/**
 * A piece of kubectl's output, in the order of the output:
 * - `value`: an object by itself: a watch event, a Pod;
 * - `list-begin`, `item`..., `list-end`: a List, an array or a YAML sequence, one object at a time,
 *   so that no list is held as text. `list-begin` has the part before the items, `list-end` the
 *   whole list without them: the API's PodList names its kind before them, kubectl's List after;
 * - `log`: a container's log from `kubectl cluster-info dump`, between its two marks;
 * - `text`: any other line.
 */
export interface Piece {
  readonly type: 'value' | 'list-begin' | 'item' | 'list-end' | 'log' | 'text';
  readonly bytes: Buffer;
  /** 1-based line in which it begins. */
  readonly line: number;
}

/** Reads the object in a piece; undefined if it cannot be read. */
export type Parse = (bytes: Buffer) => Json | undefined;

/** The place where the output ended in the middle of something. */
export interface Cut {
  /** Inside a list: some of its objects are missing. */
  readonly inList: boolean;
  /** 1-based line in which the cut object, or the list, begins. */
  readonly line: number;
}

/** Cuts a stream of bytes into pieces. */
export interface PieceSplitter {
  /** How many bytes of an incomplete piece are held. */
  readonly pendingBytes: number;
  /** The pieces that this chunk completes. */
  push(chunk: Buffer): Piece[];
  /** The pieces that the end of the stream completes, and the one that it cuts off. */
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
