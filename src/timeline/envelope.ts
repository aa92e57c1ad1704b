import type { Resource, ResourceKind } from '../model/resources.ts';

/**
 * What a missing permission hides, and why: as in a recording's `access` line and the snapshot's
 * `hidden`.
 */
export interface MissingPermission {
  readonly what: string;
  readonly namespace: string | null;
  readonly why: string;
}

interface Arrived {
  /** When it arrived, in epoch ms on the clock of the machine that received it. */
  readonly at: number;
  /** The 1-based line of the recording that holds it in full; 0 where there is none (live). */
  readonly line: number;
}

/** One object was added, changed or deleted. */
export interface ObjectEnvelope extends Arrived {
  readonly type: 'object';
  readonly verb: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: Resource;
}

/** A whole collection, as a list returned it, or a part of one. */
export interface SnapshotEnvelope extends Arrived {
  readonly type: 'snapshot';
  readonly kind: ResourceKind;
  /** Set if only this namespace was listed; null: the whole cluster. */
  readonly namespace: string | null;
  readonly items: readonly Resource[];
  /** The next snapshot of this kind (and namespace) continues this one. */
  readonly more: boolean;
  /**
   * The UIDs of known objects that the list does not name: deleted while disconnected. Worked out
   * where the arrival is projected (recording/list-parts.ts), for the last part of a list. Not set
   * if nothing is absent.
   */
  readonly absent?: readonly string[];
}

/** The log of one run, fetched around its death; or why it could not be fetched. */
export interface LogEnvelope extends Arrived {
  readonly type: 'log';
  readonly namespace: string;
  readonly pod: string;
  readonly uid: string;
  readonly container: string;
  readonly containerID: string;
  /** Safe text; '' with an error. */
  readonly text: string;
  /** Was its beginning cut off? */
  readonly truncated: boolean;
  /** '' if the log was fetched. */
  readonly error: string;
}

/**
 * Nothing of that kind arrived between `from` and `at` (or since `from`, if `open`), for a known
 * reason.
 */
export interface GapEnvelope extends Arrived {
  readonly type: 'gap';
  readonly kind: string;
  readonly namespace: string | null;
  readonly from: number;
  readonly reason: string;
  /** The watch resumed from its resourceVersion: no event is lost, all arrive late. */
  readonly resumed: boolean;
  readonly open: boolean;
}

/** What missing permissions hide from now on: always the whole list. */
export interface AccessEnvelope extends Arrived {
  readonly type: 'access';
  readonly hidden: readonly MissingPermission[];
}

/** A point that a person or a program set on the timeline. */
export interface MarkerEnvelope extends Arrived {
  readonly type: 'marker';
  readonly name: string;
  readonly note: string;
}

/** All that can arrive. Its strings are safe. */
export type Envelope = ObjectEnvelope | SnapshotEnvelope | LogEnvelope | GapEnvelope | AccessEnvelope | MarkerEnvelope;

/** The source of a timeline's arrivals, for the header and the snapshot. */
export interface SourceInfo {
  readonly kind: 'cluster' | 'recording';
  /** The name of the file or of the context. */
  readonly name: string;
  readonly context: string | null;
  /** `v1.35.4`; null if unknown. */
  readonly serverVersion: string | null;
  /** The namespaces watched; null for all. */
  readonly namespaces: readonly string[] | null;
  readonly selector: string | null;
}
