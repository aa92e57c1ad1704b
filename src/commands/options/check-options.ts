import type { Acknowledgement } from '../../diagnosis/acknowledgement/acknowledgement.ts';
import type { blindSpotsOf } from '../../report/check/blind-spots.ts';
import type { Check } from '../../report/check/check-report.ts';
import type { ClusterOptions } from '../../session/watch-cluster.ts';

/** The options of `crashtop check`, as they were given. */
export interface CheckOptions extends ClusterOptions {
  /** How long to watch, in ms; one look where it is not given. */
  readonly for?: number;
  readonly at?: string;
  readonly from?: string;
  readonly to?: string;
  readonly maxRestarts?: number;
  readonly ignore?: readonly string[];
  readonly junit?: string;
  readonly output?: string;
  readonly failFast?: boolean;
  readonly allowEmpty?: boolean;
  /** A file of acknowledgements: what it knows of is no failure. Without it, everything is. */
  readonly acknowledged?: string;
  readonly lenient?: boolean;
}

/** A window that was watched, or read: what is judged. */
export interface Examined extends Pick<Check, 'result' | 'source'> {
  readonly state: Parameters<typeof blindSpotsOf>[1];
  readonly gaps: Parameters<typeof blindSpotsOf>[2];
  /** What is acknowledged of the cluster; null where that was not asked for. */
  readonly known: readonly Acknowledgement[] | null;
  /** Why the end of the window was not seen, as safe sentences without a full stop. */
  readonly unseen: readonly string[];
}
