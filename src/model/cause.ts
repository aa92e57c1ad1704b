import type { ContainerStatus, Pod } from './pod.ts';
import type { KubeEvent, Node } from './resources.ts';
import type { Ledger } from './run.ts';

/** The stable names of the causes, as the snapshot prints them (snapshot-format.md). */
export type CauseId =
  | 'oom-killed'
  | 'completed-loop'
  | 'command-not-found'
  | 'not-executable'
  | 'app-error'
  | 'segfault'
  | 'abort'
  | 'image-not-found'
  | 'image-name'
  | 'image-never-pull'
  | 'registry-unreachable'
  | 'missing-configmap'
  | 'missing-secret'
  | 'missing-key'
  | 'run-as-non-root'
  | 'post-start-hook'
  | 'unschedulable'
  | 'unknown';

export type Confidence = 'certain' | 'likely' | 'possible';

/** Why a container is in trouble, with the facts that it rests on. All strings are safe, on one line each. */
export interface Cause {
  readonly id: CauseId;
  /** What a person reads in WHY: short, the fact first ("OOMKilled, limit 48Mi", "exit 127: migrate-up not found"). */
  readonly summary: string;
  readonly confidence: Confidence;
  /** The facts, quoted as found; never empty. */
  readonly evidence: readonly string[];
  /** Commands that a person may run next, ready to copy. crashtop runs none of them. */
  readonly next: readonly string[];
}

/** What a cause is decided from: one container of one pod, and what is known around it. */
export interface CauseFacts {
  readonly pod: Pod;
  readonly container: string;
  readonly status: ContainerStatus | undefined;
  readonly ledger: Ledger;
  /** Events about this pod, oldest first. */
  readonly events: readonly KubeEvent[];
  readonly node: Node | undefined;
  /** The last log known of the run that died last; '' where there is none. Untrusted text, made safe. */
  readonly logTail: string;
}

/** One cause: the test that finds it. */
export interface CauseRule {
  readonly id: CauseId;
  readonly title: string;
  /** null where the facts do not show this cause. */
  readonly decide: (facts: CauseFacts) => Omit<Cause, 'id'> | null;
}
