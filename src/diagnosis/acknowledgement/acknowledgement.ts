import type { Impact } from '../../model/impact.ts';
import type { Evidence } from '../problems.ts';

/** How a problem stood when it was acknowledged: what is compared to tell whether it changed. */
export interface Seen {
  /** What its workload had left; null where that is not known. */
  readonly impact: Impact['level'] | null;
  /** Crashes in 30 minutes, of all its containers. */
  readonly crashes: number;
  /** Of its pods: their template's hash where they have one, else the image of the container. */
  readonly revisions: readonly string[];
  /** The causes that were shown for this container of the workload, its own among them. */
  readonly causes: readonly string[];
  /** What was wrong with the workload besides (a `WorkloadProblemKind`); '' for nothing. */
  readonly besides: string;
  /** What evidence was not there yet: it then tells the cause more exactly, and is no change. */
  readonly without: readonly Evidence[];
  /** The runs that had died last, as a {@link ReportedCause}'s: another word about one of them is no change either. */
  readonly runs: readonly string[];
}

/** Somebody knows of a problem: it stays out of the way until it changes, or until a time. Times in epoch ms. */
export interface Acknowledgement {
  /** `Deployment/shop/web`. */
  readonly workload: string;
  /** '' where it is the workload that has the problem. */
  readonly container: string;
  /** The cause's id; the kind of a workload's problem; of a container without a cause, the kind of its trouble. */
  readonly cause: string;
  readonly by: string;
  readonly at: number;
  /** null: until it changes. */
  readonly until: number | null;
  readonly seen: Seen;
  /** When and why it came back; null while it did not. */
  readonly reopened: { readonly at: number; readonly why: string } | null;
}

/** How a row of the table stands to an acknowledgement. `over`: its time has passed. */
export interface AcknowledgementStatus {
  readonly type: 'acknowledged' | 'reopened' | 'expired';
  readonly of: Acknowledgement;
}

/** A cause as somebody was told of it. */
export interface ReportedCause {
  /** Its id; of a container without a cause, the kind of its trouble. */
  readonly cause: string;
  /** What evidence was not there. */
  readonly without: readonly Evidence[];
  /** The runs that it tells of, by the ends of their container IDs; none where it tells of a start that fails. */
  readonly runs: readonly string[];
}
