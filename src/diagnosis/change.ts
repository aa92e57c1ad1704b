import type { FieldChange } from '../model/template-changes.ts';
import type { TroubleKind } from '../model/trouble.ts';
import type { ClusterState, PodRecord } from '../timeline/state.ts';

/** Something that changed before a trouble began. That it came before is all that is said: whether it is to blame, a person decides. */
export interface Change {
  /**
   * `revision`: its workload got another template; `image-edited`: somebody edited the pod in place; `kubelet-started`: the
   * kubelet of its node did; `node`: the pod was made anew on another node, or only the pods on one node are in trouble;
   * `config`: somebody wrote a ConfigMap or Secret that it refers to.
   */
  readonly kind: 'revision' | 'image-edited' | 'kubelet-started' | 'node' | 'config';
  /** Where it is known from: `revision 42` (where only the pods are known, their hash), `pod`, `kubelet of node-a`, `node-a`, `ConfigMap app-config`. */
  readonly source: string;
  /** Epoch ms, on our clock; null where it has no time. */
  readonly at: number | null;
  /** From the change to the first crash or failure that is known, ms; null where it is not known. */
  readonly beforeMs: number | null;
  /** Is that the most it can be? Where what came first was not seen, the trouble began earlier than the first that is known. */
  readonly isAtMost: boolean;
  /** How many runs before the first known crash nobody saw. */
  readonly unseenRuns: number;
  /** Did the trouble begin with a crash, or with a container that could not be started? */
  readonly began: 'crash' | 'failure';
  /** What differs, what matters most first; null where the template before is not known. */
  readonly fields: readonly FieldChange[] | null;
  /** Of a config: the manager that wrote it (`kubectl-edit`); absent where it gave no name. */
  readonly by?: string;
  /** Of a config: was it deleted and created anew? */
  readonly isMadeAnew?: true;
}

/** A container in trouble, and the pods that its workload has and had. */
export interface ChangeFacts {
  readonly state: ClusterState;
  readonly record: PodRecord;
  /** The container's name. */
  readonly container: string;
  /** Epoch ms. */
  readonly now: number;
  /** {@link podsOfWorkload} of the record, of the same state and time. */
  readonly pods: WorkloadPods;
}

/** When a trouble began: the first crash or failure that is known, on our clock, and how many runs before it were not seen. */
export interface Onset {
  readonly kind: TroubleKind;
  readonly at: number;
  readonly unseenRuns: number;
  /** Did it begin before `at`, or may it have? */
  readonly isLatest: boolean;
  /** It had begun by then, as its back-off tells: `at`, or earlier. */
  readonly begunBy: number;
  /** When its pod was made, epoch ms. */
  readonly podMadeAt: number | null;
  readonly began: Change['began'];
}

/** A revision of a workload. */
export interface Revision {
  readonly name: string;
  /** When it was rolled out, epoch ms; null where that is not known. */
  readonly at: number | null;
  /** When the next one was, epoch ms: what was made later is not what it brought. */
  readonly until: number;
  readonly fields: Change['fields'];
}

/** A revision, when it was rolled out (epoch ms), and when the first of its pods failed. */
export interface FailedRevision extends Revision {
  readonly at: number;
  readonly onset: Onset;
}

/** How a config changed before the first pod failed that refers to it. */
export interface FailedConfig {
  readonly at: number;
  readonly by: string;
  readonly isMadeAnew: boolean;
  readonly onset: Onset;
}

/** The pods of a workload at one time, and what was already worked out for all of them: there may be thousands that fail. */
export interface WorkloadPods {
  readonly records: readonly PodRecord[];
  /** By container and template. */
  readonly revisions: Map<string, FailedRevision | null>;
  /** By container, template and node. */
  readonly nodes: Map<string, Change | null>;
  /** By container and kind, name and use of the config. */
  readonly configs: Map<string, FailedConfig | null>;
  /** By container: of each of `records`, in their order. */
  readonly onsets: Map<string, readonly (Onset | null)[]>;
}
