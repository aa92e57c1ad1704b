import { type Json, objectOf } from '../text/json.ts';
import { isResourceKind } from './kinds.ts';

interface Arrived {
  /**
   * When it arrived, in milliseconds since the recording's startedAt: an integer that never
   * decreases.
   */
  readonly t: number;
}

/** The complete collection of a list: anything missing from it is gone. */
export interface SnapshotLine extends Arrived {
  readonly type: 'snapshot';
  readonly kind: string;
  readonly resourceVersion?: string;
  /** Set if only this namespace was listed. */
  readonly namespace?: string | null;
  /** The next snapshot line of this kind continues it. */
  readonly more?: boolean;
  /** The known state, for a reader that starts here. */
  readonly keyframe?: boolean;
  readonly items: readonly Json[];
}

export interface ObjectLine extends Arrived {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly kind: string;
  readonly object: Json;
}

export interface BookmarkLine extends Arrived {
  readonly type: 'BOOKMARK';
  readonly kind: string;
  readonly object?: Json;
}

/** The log of one run, or why it could not be fetched. */
export interface LogLine extends Arrived {
  readonly type: 'log';
  readonly namespace: string;
  readonly pod: string;
  readonly uid: string;
  readonly container: string;
  readonly containerID?: string;
  readonly previous?: boolean;
  readonly text?: string;
  readonly truncated?: boolean;
  readonly error?: string;
}

/**
 * Nothing of that kind arrived between `from` and `t`. Written with `open` and no later `t` when
 * the connection is lost, and again, closed, when its end is known.
 */
export interface GapLine extends Arrived {
  readonly type: 'gap';
  readonly kind: string;
  /** Milliseconds since startedAt. */
  readonly from: number;
  readonly reason?: string;
  readonly namespace?: string | null;
  readonly resumed?: boolean;
  readonly open?: boolean;
}

/** What permissions hide from now on; the full list each time. */
export interface AccessLine extends Arrived {
  readonly type: 'access';
  readonly hidden: readonly { readonly what: string; readonly namespace?: string | null; readonly why?: string }[];
}

export interface MarkerLine extends Arrived {
  readonly type: 'marker';
  readonly name: string;
  readonly note?: string;
}

/** The last line of a cleanly closed recording. */
export interface EndLine extends Arrived {
  readonly type: 'end';
  /** The number of lines before it, including the header. */
  readonly lines?: number;
  /** SHA-256 of those lines as bytes, uncompressed, newlines included; hex. */
  readonly sha256?: string;
}

/** One arrival in a recording: the JSON as parsed, strings not yet safe, unknown fields kept. */
export type RecordingLine = SnapshotLine | ObjectLine | BookmarkLine | LogLine | GapLine | AccessLine | MarkerLine;

/** A line that is JSON but unusable. The message says what is wrong. */
export class MalformedLine extends Error {}

const LINE_TYPES: readonly string[] = [
  ...['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK'],
  ...['snapshot', 'log', 'gap', 'access', 'marker', 'end'],
];

/** True for an unknown line type, from a later writer: such lines are skipped. */
export function isForeignType(type: unknown): boolean {
  return typeof type === 'string' && !LINE_TYPES.includes(type);
}

/**
 * Checks a parsed line, and returns it as its type.
 * @throws MalformedLine if a field that its type needs is missing or invalid. The reader checks
 * `t`.
 */
export function toLine(json: Json): RecordingLine | EndLine {
  switch (json.type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
      if (isResourceKind(kindOf(json))) checkObject(json.object);
      return json as unknown as ObjectLine;
    case 'snapshot':
      checkSnapshot(json);
      return json as unknown as SnapshotLine;
    case 'BOOKMARK':
      kindOf(json);
      return json as unknown as BookmarkLine;
    case 'log':
      checkLog(json);
      return json as unknown as LogLine;
    case 'gap':
      kindOf(json);
      if (typeof json.from !== 'number' || json.from > (json.t as number)) throw new MalformedLine('a gap without its start');
      return json as unknown as GapLine;
    case 'access':
      if (!Array.isArray(json.hidden)) throw new MalformedLine('an access line without its list');
      return json as unknown as AccessLine;
    case 'marker':
      if (typeof json.name !== 'string') throw new MalformedLine('a marker without a name');
      return json as unknown as MarkerLine;
    case 'end':
      return json as unknown as EndLine;
    default:
      throw new MalformedLine('a line without a type');
  }
}

function kindOf(json: Json): string {
  if (typeof json.kind !== 'string') throw new MalformedLine(`${String(json.type)} without a kind`);
  return json.kind;
}

function checkSnapshot(json: Json): void {
  const known = isResourceKind(kindOf(json));
  if (!Array.isArray(json.items)) throw new MalformedLine('a snapshot whose items are not an array');
  if (known) for (const item of json.items) checkObject(item);
}

/** @throws MalformedLine if it is not a Kubernetes object. */
export function checkObject(object: unknown): void {
  const metadata = objectOf(objectOf(object).metadata);
  if (typeof metadata.uid !== 'string') throw new MalformedLine('an object without metadata.uid');
  if (typeof metadata.name !== 'string') throw new MalformedLine('an object without metadata.name');
}

const LOG_NEEDS = ['namespace', 'pod', 'uid', 'container'] as const;

function checkLog(json: Json): void {
  for (const field of LOG_NEEDS) if (typeof json[field] !== 'string') throw new MalformedLine(`a log without its ${field}`);
  if (typeof json.text !== 'string' && typeof json.error !== 'string') throw new MalformedLine('a log without a text');
}
