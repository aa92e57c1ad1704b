import { type Json, objectOf } from '../text/json.ts';
import { isResourceKind } from './kinds.ts';

interface Arrived {
  /** Milliseconds since the recording's startedAt at which it arrived: an integer that never goes back. */
  readonly t: number;
}

/** The whole collection as a list gave it: what is absent from it is gone. */
export interface SnapshotLine extends Arrived {
  readonly type: 'snapshot';
  readonly kind: string;
  readonly resourceVersion?: string;
  /** Where only this namespace was asked for. */
  readonly namespace?: string | null;
  /** The next snapshot line of this kind continues it. */
  readonly more?: boolean;
  /** The state as known, for a reader that begins here. */
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

/** The log of one run, or why it could not be had. */
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
 * Nothing of that kind arrived between `from` and `t`. Written with `open` and no later `t` when the connection is lost,
 * and again, closed, when its end is known.
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

/** What rights hide from now on, the whole list each time. */
export interface AccessLine extends Arrived {
  readonly type: 'access';
  readonly hidden: readonly { readonly what: string; readonly namespace?: string | null; readonly why?: string }[];
}

export interface MarkerLine extends Arrived {
  readonly type: 'marker';
  readonly name: string;
  readonly note?: string;
}

/** The last line of a recording that was closed cleanly. */
export interface EndLine extends Arrived {
  readonly type: 'end';
  /** The number of lines before it, the header included. */
  readonly lines?: number;
  /** SHA-256 of the bytes of those lines, uncompressed, newlines included; hex. */
  readonly sha256?: string;
}

/** One arrival as a recording holds it: the JSON as parsed, its strings not yet safe, fields that are not known kept. */
export type RecordingLine = SnapshotLine | ObjectLine | BookmarkLine | LogLine | GapLine | AccessLine | MarkerLine;

/** A line that is JSON and still cannot be used. The message says what is wrong with it. */
export class MalformedLine extends Error {}

const LINE_TYPES: readonly string[] = [
  ...['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK'],
  ...['snapshot', 'log', 'gap', 'access', 'marker', 'end'],
];

/** Is this a line type that crashtop does not know? A later writer's: such lines are skipped. */
export function isForeignType(type: unknown): boolean {
  return typeof type === 'string' && !LINE_TYPES.includes(type);
}

/**
 * Checks a line that was parsed, and gives it back under its type.
 * @throws MalformedLine where a field that its type needs is missing or is no such thing. `t` is checked by the reader.
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
  if (!Array.isArray(json.items)) throw new MalformedLine('a snapshot whose items are no array');
  if (known) for (const item of json.items) checkObject(item);
}

/** @throws MalformedLine where something is no Kubernetes object. */
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
