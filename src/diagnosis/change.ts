import type { FieldChange } from '../model/template-changes.ts';
import type { TroubleKind } from '../model/trouble.ts';
import type { ClusterState, PodRecord } from '../timeline/state.ts';

/**
 * Something that changed before trouble started. Only the order is stated; users judge whether it
 * is to blame.
 */
export interface Change {
  /**
   * `revision`: its workload got another template. `image-edited`: the pod was edited in place.
   * `kubelet-started`: the kubelet of its node started. `node`: the pod was recreated on another
   * node, or only the pods on one node are in trouble. `config`: a ConfigMap or Secret that it
   * refers to was written.
   */
  readonly kind: 'revision' | 'image-edited' | 'kubelet-started' | 'node' | 'config';
  /**
   * The source: `revision 42` (if only the pods are known, their hash), `pod`, `kubelet of node-a`,
   * `node-a`, `ConfigMap app-config`.
   */
  readonly source: string;
  /** Epoch ms, on our clock; null without a time. */
  readonly at: number | null;
  /** From the change to the first known crash or failure, ms; null if unknown. */
  readonly beforeMs: number | null;
  /**
   * True if that is an upper limit: the first failures were not seen, so trouble started earlier.
   */
  readonly isAtMost: boolean;
  /** Number of unobserved runs before the first known crash. */
  readonly unseenRuns: number;
  /** Whether trouble started with a crash, or with a container that failed to start. */
  readonly began: 'crash' | 'failure';
  /** The differences, most important first; null if the previous template is unknown. */
  readonly fields: readonly FieldChange[] | null;
  /** For a config: the manager that wrote it (`kubectl-edit`); absent without a name. */
  readonly by?: string;
  /** For a config: true if it was deleted and recreated. */
  readonly isMadeAnew?: true;
}

/** A container in trouble, and its workload's pods, past and present. */
export interface ChangeFacts {
  readonly state: ClusterState;
  readonly record: PodRecord;
  /** The container's name. */
  readonly container: string;
  /** Epoch ms. */
  readonly now: number;
  /** {@link podsOfWorkload} of the record, for the same state and time. */
  readonly pods: WorkloadPods;
}

/**
 * When trouble started: the first known crash or failure, on our clock, and the number of
 * unobserved runs before.
 */
export interface Onset {
  readonly kind: TroubleKind;
  readonly at: number;
  readonly unseenRuns: number;
  /** True if it started, or may have started, before `at`. */
  readonly isLatest: boolean;
  /** When it had started at the latest, judged by its back-off: `at`, or earlier. */
  readonly begunBy: number;
  /** When its pod was created, epoch ms. */
  readonly podMadeAt: number | null;
  readonly began: Change['began'];
}

/** A revision of a workload. */
export interface Revision {
  readonly name: string;
  /** When it was rolled out, epoch ms; null if unknown. */
  readonly at: number | null;
  /** When the next one was, epoch ms: pods created later do not belong to this one. */
  readonly until: number;
  readonly fields: Change['fields'];
}

/** A revision, when it was rolled out (epoch ms), and when its first pod failed. */
export interface FailedRevision extends Revision {
  readonly at: number;
  readonly onset: Onset;
}

/** How a config changed before the first pod that refers to it failed. */
export interface FailedConfig {
  readonly at: number;
  readonly by: string;
  readonly isMadeAnew: boolean;
  readonly onset: Onset;
}

/** A workload's pods at one time, with results cached for all of them: thousands may fail. */
export interface WorkloadPods {
  readonly records: readonly PodRecord[];
  /** By container and template. */
  readonly revisions: Map<string, FailedRevision | null>;
  /** By container, template and node. */
  readonly nodes: Map<string, Change | null>;
  /** By container, and by kind, name and use of the config. */
  readonly configs: Map<string, FailedConfig | null>;
  /** By container: one for each of `records`, in the same order. */
  readonly onsets: Map<string, readonly (Onset | null)[]>;
}
