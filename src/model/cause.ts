import type { Ledger } from './ledger.ts';
import type { ContainerStatus, Pod } from './pod.ts';
import type { KubeEvent, Node } from './resources.ts';

/** The stable names of the causes, as the snapshot prints them (docs/snapshot.md). */
export type CauseId =
  | 'oom-killed'
  | 'oom-suspected'
  | 'liveness-kill'
  | 'startup-kill'
  | 'app-error'
  | 'app-panic'
  | 'completed-loop'
  | 'command-not-found'
  | 'not-executable'
  | 'wrong-architecture'
  | 'missing-configmap'
  | 'missing-secret'
  | 'missing-key'
  | 'run-as-non-root'
  | 'read-only-filesystem'
  | 'permission-denied'
  | 'volume-mount'
  | 'device'
  | 'runtime-hook'
  | 'image-not-found'
  | 'image-auth'
  | 'image-name'
  | 'image-never-pull'
  | 'registry-unreachable'
  | 'init-failed'
  | 'sidecar-failed'
  | 'post-start-hook'
  | 'segfault'
  | 'abort'
  | 'illegal-instruction'
  | 'arithmetic-error'
  | 'seccomp'
  | 'sigterm-self'
  | 'port-in-use'
  | 'connection-refused'
  | 'dns-failure'
  | 'tls-failure'
  | 'disk-full'
  | 'evicted'
  | 'rejected'
  | 'deadline-exceeded'
  | 'node-not-ready'
  | 'sandbox'
  | 'unschedulable'
  | 'restart-rule'
  | 'job-backoff'
  | 'deleted'
  | 'resized'
  | 'image-edited'
  | 'kubelet-restarted'
  | 'unknown';

export type Confidence = 'certain' | 'likely' | 'possible';

/**
 * Why a container is in trouble, with the facts behind it. All strings are safe, on one line each.
 */
export interface Cause {
  readonly id: CauseId;
  /**
   * The text of WHY: short, the fact first ("OOMKilled, limit 48Mi", "exit 127: migrate-up not
   * found").
   */
  readonly summary: string;
  readonly confidence: Confidence;
  /** The facts, quoted as found; never empty. */
  readonly evidence: readonly string[];
  /**
   * Commands to run next, ready to copy; only with valid names. crashtop itself runs none of them.
   */
  readonly next: readonly string[];
}

/**
 * What a rule finds: a cause without its id. A command is null if a name in it is not valid
 * (evidence/kubectl-hints.ts).
 */
export interface Verdict extends Omit<Cause, 'id' | 'next'> {
  readonly next: readonly (string | null)[];
}

/** The facts that decide a cause: one container of one pod, and its surroundings. */
export interface CauseFacts {
  readonly pod: Pod;
  readonly container: string;
  readonly status: ContainerStatus | undefined;
  readonly ledger: Ledger;
  /** Events about this pod, oldest first. */
  readonly events: readonly KubeEvent[];
  readonly node: Node | undefined;
  /** Events about the pod's node, oldest first. */
  readonly nodeEvents: readonly KubeEvent[];
  /** Why the events about this pod cannot be read; '' if they can. */
  readonly eventsHidden: string;
  /** When the kubelet of the pod's node reported its start, epoch ms, ascending. */
  readonly kubeletStarts: readonly number[];
  /** Events about the pod's controller, oldest first. */
  readonly ownerEvents: readonly KubeEvent[];
  /** The newest log of the run that died last; '' if there is none. Untrusted text, made safe. */
  readonly logTail: string;
}

/**
 * A kind of fact behind a cause. Without the permission to read it, that cause is missed or less
 * certain.
 */
export type Need = 'pod status' | 'pod spec' | 'restart history' | 'pod events' | 'owner events' | 'node' | 'logs';

/** One cause: the test that finds it, and its manual page. */
export interface CauseRule {
  readonly id: CauseId;
  /** What it means, in a few words. */
  readonly title: string;
  /** The facts it is decided from. */
  readonly needs: readonly Need[];
  /**
   * The text of its manual page, each paragraph on one line: what it is, how crashtop decides, what
   * to do.
   */
  readonly manual: readonly [what: string, how: string, todo: string];
  /** null if the facts do not show this cause. */
  readonly decide: (facts: CauseFacts) => Verdict | null;
}
