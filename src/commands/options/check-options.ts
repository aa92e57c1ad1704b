import type { Acknowledgement } from '../../diagnosis/acknowledgement/acknowledgement.ts';
import type { blindSpotsOf } from '../../report/check/blind-spots.ts';
import type { Check } from '../../report/check/check-report.ts';
import type { ClusterOptions } from '../../session/watch-cluster.ts';

/** The options of `crashtop check`, as given. */
export interface CheckOptions extends ClusterOptions {
  /** How long to watch, in ms; checks once if not given. */
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
  /** An acknowledgements file: what it lists is no failure. Without it, everything fails. */
  readonly acknowledged?: string;
  readonly lenient?: boolean;
}

/** The window to judge, watched or read. */
export interface Examined extends Pick<Check, 'result' | 'source'> {
  readonly state: Parameters<typeof blindSpotsOf>[1];
  readonly gaps: Parameters<typeof blindSpotsOf>[2];
  /** The acknowledgements of the cluster; null if not asked for. */
  readonly known: readonly Acknowledgement[] | null;
  /** Why the end of the window was not seen, as safe sentences without a full stop. */
  readonly unseen: readonly string[];
}
