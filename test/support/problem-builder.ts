import type { Entry, WorkloadEntry } from '../../src/diagnosis/entry.ts';
import type { WorkloadProblem } from '../../src/diagnosis/workload/workload-problem.ts';
import type { Cause } from '../../src/model/cause.ts';
import type { Impact } from '../../src/model/impact.ts';
import type { Ledger } from '../../src/model/ledger.ts';
import type { ContainerStatus } from '../../src/model/pod.ts';
import type { TroubleKind, TroubleState } from '../../src/model/trouble.ts';
import { containerStatus } from './container-status.ts';
import { pod } from './pod.ts';
import { MINUTE, NOW, run, SECOND } from './record-builder.ts';

/** What a test wants to say of one container in trouble. Times in epoch ms. */
export interface ProblemFields {
  readonly namespace?: string;
  readonly pod?: string;
  readonly workload?: string;
  readonly node?: string;
  readonly containers?: readonly string[];
  readonly state?: TroubleState;
  readonly kind?: TroubleKind;
  readonly since?: number;
  readonly cause?: Partial<Cause> | null;
  readonly nextStart?: Entry['nextStart'];
  readonly impact?: Partial<Impact>;
  readonly ledger?: Ledger;
  /** The newest run's: 4. */
  readonly attempt?: number;
  readonly status?: Partial<ContainerStatus>;
  readonly deletionAt?: number | null;
  readonly goneAt?: number | null;
  readonly goneAfter?: number;
  readonly unobserved?: number;
}

/** A container `api` of `shop/api-1` that has looped for 20 minutes and waits, with nothing available, unless told otherwise. */
export function problem(fields: ProblemFields = {}): Entry {
  const { namespace = 'shop', pod: name = 'api-1', workload = 'api', containers = ['api'], goneAt = null } = fields;
  const attempt = fields.attempt ?? 4;
  const ofPod = (n: number) => ({ containerID: `containerd://${namespace}-${name}-${n}` });
  const before = run(attempt - 1, NOW - MINUTE, ofPod(attempt - 1));
  const ledger = fields.ledger ?? [before, run(attempt, NOW - 30 * SECOND, ofPod(attempt))];
  const [first = 'api'] = containers;
  const status = containerStatus({
    name: first,
    restartCount: 4,
    state: { type: 'waiting', reason: 'CrashLoopBackOff', message: '' },
    ...fields.status,
  });
  const base = pod();
  const spec = base.spec.containers[0] as (typeof base.spec.containers)[0];
  const whole = pod({
    uid: `uid-${namespace}-${name}`,
    namespace,
    name,
    createdAt: NOW - 40 * MINUTE,
    deletionAt: fields.deletionAt ?? null,
    spec: { ...base.spec, nodeName: fields.node ?? 'node-a', containers: containers.map((c) => ({ ...spec, name: c })) },
    containers: [status],
  });
  const owner = { kind: 'Deployment', namespace, name: workload, key: `Deployment/${namespace}/${workload}` };
  const container = { name: first, type: 'app' as const, ledger, status, failure: null };
  const record = {
    pod: whole,
    workload: owner,
    arrivedAt: NOW,
    line: 1,
    deletionAskedAt: goneAt,
    goneAt,
    goneAfter: fields.goneAfter ?? goneAt,
    containers: [container],
  };
  const cause = { id: 'app-error', summary: 'exit 1: boom', confidence: 'likely', evidence: ['exit 1'], next: [] } as const;
  return {
    key: `${whole.uid}/${first}`,
    record,
    container,
    workload: owner,
    trouble: {
      state: fields.state ?? 'looping',
      kind: fields.kind ?? 'crash',
      since: fields.since ?? NOW - 20 * MINUTE,
      sinceIsBound: (fields.unobserved ?? 0) > 0,
    },
    cause: fields.cause === null ? null : { ...cause, ...fields.cause },
    nextStart: fields.nextStart ?? null,
    impact: { level: 'down', available: 0, desired: 2, lowest: 0, ...fields.impact },
    unobserved: fields.unobserved ?? 0,
    ofWorkload: null,
  };
}

/** A Deployment `shop/NAME` of which two of three pods are not created, for 5 minutes, unless told otherwise. */
export function workloadProblem(name: string, fields: Partial<WorkloadProblem> = {}, namespace = 'shop'): WorkloadEntry {
  const workload = { kind: 'Deployment', namespace, name, key: `Deployment/${namespace}/${name}` };
  const impact = { level: 'degraded', available: 1, desired: 3, lowest: 1 } as const;
  const problem: WorkloadProblem = {
    kind: 'not-created',
    workload,
    since: NOW - 5 * MINUTE,
    summary: '2 of 3 pods not created: exceeded quota: pods',
    impact,
    level: 'degraded',
    failedPods: 0,
    lastFailureAt: null,
    example: null,
    evidence: ['condition ReplicaFailure=True, FailedCreate'],
    next: [],
    ...fields,
  };
  return { key: `workload:${workload.key}`, workload, impact: problem.impact, problem };
}

/** A start of which nothing is left open: it is expected, and late, where it may come first, unless told otherwise. Epoch ms. */
export function timed<const T extends { readonly kind: 'published' | 'estimated' | 'overdue'; readonly at: number }>(start: T) {
  return { expectedAt: start.at, lateAfter: start.at, ...start };
}
