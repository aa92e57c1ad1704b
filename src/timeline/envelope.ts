import type { Resource, ResourceKind } from '../model/resources.ts';

/** Something that rights hide, and why, as a recording's `access` line and the snapshot's `hidden` state it. */
export interface MissingPermission {
  readonly what: string;
  readonly namespace: string | null;
  readonly why: string;
}

interface Arrived {
  /** When it arrived, in epoch ms on the clock of the machine that received it. */
  readonly at: number;
  /** Where the full line is found again: its 1-based line in the recording; 0 where there is none (live). */
  readonly line: number;
}

/** One object was added, changed or deleted. */
export interface ObjectEnvelope extends Arrived {
  readonly type: 'object';
  readonly verb: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: Resource;
}

/** A whole collection as a list gave it: what is absent from it is gone. */
export interface SnapshotEnvelope extends Arrived {
  readonly type: 'snapshot';
  readonly kind: ResourceKind;
  /** Where only this namespace was asked for, absence counts only there. null: the whole cluster. */
  readonly namespace: string | null;
  readonly items: readonly Resource[];
  /** The next snapshot of this kind (and namespace) continues this one; absence counts when the last has come. */
  readonly more: boolean;
  /** The state as known, written so that a reader may begin there: changes nothing for one that read from the start. */
  readonly keyframe: boolean;
}

/** What the container printed: the log of one of its runs, fetched around its death; or why it could not be had. */
export interface LogEnvelope extends Arrived {
  readonly type: 'log';
  readonly namespace: string;
  readonly pod: string;
  readonly uid: string;
  readonly container: string;
  readonly containerID: string;
  /** Safe text; '' with an error. */
  readonly text: string;
  /** Is there more before `text`? */
  readonly truncated: boolean;
  /** '' where the log was had. */
  readonly error: string;
}

/** Nothing of that kind arrived between `from` and `at` (or, while `open`, since `from`) for a known reason. */
export interface GapEnvelope extends Arrived {
  readonly type: 'gap';
  readonly kind: string;
  readonly namespace: string | null;
  readonly from: number;
  readonly reason: string;
  /** The watch went on from its resourceVersion: what happened meanwhile arrives after, late but whole. */
  readonly resumed: boolean;
  readonly open: boolean;
}

/** What rights hide from now on: the whole list each time. */
export interface AccessEnvelope extends Arrived {
  readonly type: 'access';
  readonly hidden: readonly MissingPermission[];
}

/** A point that somebody or something set on the timeline. */
export interface MarkerEnvelope extends Arrived {
  readonly type: 'marker';
  readonly name: string;
  readonly note: string;
}

/** All that can arrive. Its strings are safe. */
export type Envelope = ObjectEnvelope | SnapshotEnvelope | LogEnvelope | GapEnvelope | AccessEnvelope | MarkerEnvelope;

/** Where a timeline's arrivals come from, for the header and the snapshot. */
export interface SourceInfo {
  readonly kind: 'cluster' | 'recording';
  /** A file's name, or the context's. */
  readonly name: string;
  readonly context: string | null;
  /** `v1.35.4`; null where it is not known. */
  readonly serverVersion: string | null;
  /** The namespaces watched; null for all. */
  readonly namespaces: readonly string[] | null;
  readonly selector: string | null;
}
