import type { Entry } from '../../src/diagnosis/entry.ts';
import type { Subject } from '../../src/diagnosis/subject.ts';
import { type Ledger, type Run, unobservedRuns } from '../../src/model/ledger.ts';
import type { Pod } from '../../src/model/pod.ts';
import type { KubeEvent } from '../../src/model/resources.ts';
import type { MissingPermission } from '../../src/timeline/envelope.ts';
import { type ClusterState, EMPTY_STATE, type Gap, type PodRecord, type RunLog } from '../../src/timeline/state.ts';
import type { Pane } from '../../src/view/detail/pane.ts';
import { lineWidth, textOf } from '../../src/view/lines/fit-line.ts';
import { containerStatus } from './container-status.ts';
import { pod } from './pod.ts';

/** 2026-11-22T15:10:00Z. */
export const NOW = Date.parse('2026-11-22T15:10:00Z');
export const SECOND = 1000;
export const MINUTE = 60_000;

/** A run that ended with exit code 1 after 4 s, unless told otherwise. */
export function run(attempt: number, startedAt: number, fields: Partial<Run> = {}): Run {
  return {
    containerID: `containerd://${String(attempt).padStart(64, '0')}`,
    attempt,
    attemptIsStated: true,
    startedAt,
    finishedAt: startedAt + 4 * SECOND,
    ended: true,
    exitCode: 1,
    reason: 'Error',
    message: '',
    image: '',
    publishedDelay: null,
    forgottenBefore: 0,
    stop: null,
    endIsInferred: false,
    followsRestartOfAll: false,
    ...fields,
  };
}

/** What a test wants to see in the drill-down; everything else is a container `api` that loops. */
export interface Scene {
  readonly pod?: Partial<Pod>;
  readonly ledger?: Ledger;
  readonly entry?: Partial<Entry>;
  readonly events?: readonly KubeEvent[];
  readonly logs?: readonly RunLog[];
  readonly gaps?: readonly Gap[];
  readonly hidden?: readonly MissingPermission[];
}

/** A subject at {@link NOW}. */
export function subject(scene: Scene = {}): Subject {
  const ledger = scene.ledger ?? [];
  const whole = pod({ createdAt: NOW - 30 * MINUTE, ...scene.pod });
  const status = whole.containers[0];
  const container = { name: 'api', type: 'app' as const, ledger, status, failure: null };
  const workload = { kind: 'Deployment', namespace: 'shop', name: 'api', key: 'Deployment/shop/api' };
  const record: PodRecord = {
    pod: whole,
    workload,
    arrivedAt: NOW,
    line: 7,
    deletionAskedAt: null,
    goneAt: null,
    goneAfter: null,
    containers: [container],
  };
  const entry: Entry = {
    key: `${whole.uid}/api`,
    record,
    container,
    workload,
    trouble: { state: 'looping', kind: 'crash', since: NOW - 20 * MINUTE, sinceIsBound: false },
    cause: null,
    nextStart: null,
    impact: null,
    unobserved: unobservedRuns(ledger, status),
    ofWorkload: null,
    ...scene.entry,
  };
  const state: ClusterState = {
    ...EMPTY_STATE,
    podsListedAt: 0,
    pods: EMPTY_STATE.pods.set(whole.uid, record),
    events: EMPTY_STATE.events.set(whole.uid, scene.events ?? []),
    logs: EMPTY_STATE.logs.set(whole.uid, scene.logs ?? []),
    gaps: scene.gaps ?? [],
    hidden: scene.hidden ?? [],
  };
  return { state, entry, now: NOW };
}

/** A status of `api` that waits, was restarted so often, and whose back-off the kubelet published. */
export function waiting(restartCount: number, message: string): Partial<Pod> {
  return { containers: [containerStatus({ restartCount, state: { type: 'waiting', reason: 'CrashLoopBackOff', message } })] };
}

export function kubeEvent(fields: Partial<KubeEvent>): KubeEvent {
  return {
    kind: 'Event',
    uid: 'event-1',
    namespace: 'shop',
    name: 'api-1.1',
    involved: { kind: 'Pod', namespace: 'shop', name: 'api-1', uid: 'pod-1', container: 'api' },
    type: 'Warning',
    reason: 'BackOff',
    message: 'Back-off restarting failed container api',
    count: 1,
    firstAt: NOW - 10 * MINUTE,
    lastAt: NOW - MINUTE,
    component: 'kubelet',
    host: 'node-a',
    ...fields,
  };
}

/** The log of a run. */
export function runLog(of: Run, text: string, fields: Partial<RunLog> = {}): RunLog {
  return { container: 'api', containerID: of.containerID, text, truncated: false, error: '', at: NOW, ...fields };
}

/** All lines of a pane as text, spaces at their ends cut. */
export function textsOf(pane: Pane): string[] {
  return pane.slice(0, pane.height).map((line) => textOf(line).trimEnd());
}

/** The widest line of a pane, in cells. */
export function widestOf(pane: Pane): number {
  return Math.max(0, ...pane.slice(0, pane.height).map(lineWidth));
}
