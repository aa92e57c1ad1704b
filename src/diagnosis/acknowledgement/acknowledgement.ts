import type { Impact } from '../../model/impact.ts';
import type { Evidence } from '../problems.ts';

/** The state of a problem when it was acknowledged. Compared later to tell whether it changed. */
export interface Seen {
  /** Impact on its workload; null if unknown. */
  readonly impact: Impact['level'] | null;
  /** Crashes in 30 minutes, over all its containers. */
  readonly crashes: number;
  /** The template hashes of its pods; for pods without one, the container's image. */
  readonly revisions: readonly string[];
  /** All causes shown for this container of the workload, its own included. */
  readonly causes: readonly string[];
  /** What else was wrong with the workload (a `WorkloadProblemKind`); '' for nothing. */
  readonly besides: string;
  /** Evidence that had not arrived. Once it arrives it refines the cause, which is no change. */
  readonly without: readonly Evidence[];
  /**
   * The last runs that had ended, as in {@link ReportedCause}. A refined cause for one of them is
   * no change either.
   */
  readonly runs: readonly string[];
}

/**
 * A problem that a user knows about: hidden until it changes, or until a time. Times in epoch ms.
 */
export interface Acknowledgement {
  /** `Deployment/shop/web`. */
  readonly workload: string;
  /** '' if the problem is the workload's own. */
  readonly container: string;
  /** The cause ID; for a workload problem, its kind; without a cause, the kind of trouble. */
  readonly cause: string;
  readonly by: string;
  readonly at: number;
  /** null: until it changes. */
  readonly until: number | null;
  readonly seen: Seen;
  /** When and why it was reopened; null if it was not. */
  readonly reopened: { readonly at: number; readonly why: string } | null;
}

/** The status of a table row that was acknowledged. `expired`: its time has passed. */
export interface AcknowledgementStatus {
  readonly type: 'acknowledged' | 'reopened' | 'expired';
  readonly of: Acknowledgement;
}

/** A cause as it was reported to the user. */
export interface ReportedCause {
  /** Its ID; without a cause, the kind of trouble. */
  readonly cause: string;
  /** Evidence that was missing. */
  readonly without: readonly Evidence[];
  /**
   * The runs it is about, by the last digits of their container IDs; none for a start that fails.
   */
  readonly runs: readonly string[];
}
