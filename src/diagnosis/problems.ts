import { type NextStart, nextStart } from '../model/backoff.ts';
import type { Cause, CauseFacts, Need } from '../model/cause.ts';
import { causeOf } from '../model/causes/index.ts';
import { ledgerOnOurClock } from '../model/clock-skew.ts';
import { type Impact, impactOf } from '../model/impact.ts';
import { unobservedRuns } from '../model/ledger.ts';
import { mayRestart } from '../model/pod.ts';
import type { KubeEvent } from '../model/resources.ts';
import { isRestartedWithAll } from '../model/restart-stand-in.ts';
import { endRestartsAll, restartsWithOthers } from '../model/restarts-of-all.ts';
import { editsUnseen } from '../model/stopped-runs.ts';
import {
  type CrashFacts,
  type CrashTrouble,
  crashTrouble,
  failingStart,
  hasRecentCrash,
  SHOW_DELETED_FOR_MS,
  type Trouble,
  type TroubleKind,
} from '../model/trouble.ts';
import { crashOnset, failedStartOnset, type OnsetFacts } from '../model/trouble-onset.ts';
import { countsOf } from '../timeline/availability.ts';
import { containerOnOurClock, skewOf } from '../timeline/node-clocks.ts';
import {
  backoffOf,
  type ClusterState,
  type ContainerRecord,
  eventsOfNode,
  hiddenIn,
  kubeletVersionOf,
  neverFailed,
  type PodRecord,
  type StartFailure,
  type Workload,
} from '../timeline/state.ts';

/** One container in trouble at one time: what every screen and export shows about it. */
export interface Problem {
  /** The selection key, `<pod UID>/<container>`. */
  readonly key: string;
  readonly record: PodRecord;
  /** Its times are on our clock, even if its node's clock is wrong. */
  readonly container: ContainerRecord;
  readonly workload: Workload;
  readonly trouble: Trouble;
  readonly cause: Cause | null;
  /** null: it will not start again. */
  readonly nextStart: NextStart | null;
  readonly impact: Impact;
  readonly unobserved: number;
  /** Filled in by `problemListAt`. */
  readonly ofWorkload: null;
}

/** The selection key, `<pod UID>/<container>`. */
export function containerKey({ pod }: PodRecord, { name }: Pick<ContainerRecord, 'name'>): string {
  return `${pod.uid}/${name}`;
}

/** Every container in trouble at `now` (epoch ms), in no particular order. */
export function problemsAt(state: ClusterState, now: number): readonly Problem[] {
  const troubles = troublesAt(state, now);
  const since = new Map<string, number>();
  for (const { record, trouble } of troubles) {
    const { key } = record.workload;
    since.set(key, Math.min(since.get(key) ?? trouble.since, trouble.since));
  }
  return troubles.map(({ record, container, trouble }) => ({
    key: containerKey(record, container),
    record,
    container: containerOnOurClock(state, record, container),
    workload: record.workload,
    trouble,
    cause: causeAt(state, record, container, now),
    nextStart: nextStartAt(state, record, container, now),
    impact: impactAt(state, record.workload, since.get(record.workload.key) ?? now, now),
    unobserved: unobservedRuns(container.ledger, container.status),
    ofWorkload: null,
  }));
}

/** A container and its trouble. */
export interface Troubled {
  readonly record: PodRecord;
  /** As in the state: its times are on its node's clock, those of its trouble on ours. */
  readonly container: ContainerRecord;
  readonly trouble: Trouble;
}

/** Every container in trouble at `now` (epoch ms), without the details. */
export function troublesAt(state: ClusterState, now: number): readonly Troubled[] {
  const troubles: Troubled[] = [];
  const restarted: { record: PodRecord; container: ContainerRecord }[] = [];
  for (const record of state.unhealthyCandidates.values()) {
    const over = overSince(record);
    if (over !== null && now >= over + SHOW_DELETED_FOR_MS) continue;
    for (const container of record.containers) {
      if (neverFailed(container)) continue;
      const trouble = troubleOf(state, record, container, now);
      if (trouble !== null) troubles.push({ record, container, trouble });
      else if (record.goneAt === null && hasRecentCrash(factsOf(state, record, container), now))
        restarted.push({ record, container });
    }
  }
  return [...troubles, ...restartedTogether(state, restarted, troubles)];
}

// If only a finalizer keeps a pod, nothing in it runs any more or ever will.
function overSince({ goneAfter, deletionAskedAt, containers }: PodRecord): number | null {
  if (goneAfter !== null || deletionAskedAt === null) return goneAfter;
  return containers.some(({ status }) => status?.state.type === 'running') ? null : deletionAskedAt;
}

function factsOf(state: ClusterState, record: PodRecord, container: ContainerRecord): CrashFacts {
  const { name, status } = container;
  const { pod, deletionAskedAt } = record;
  const skewMs = skewOf(state, record);
  const ledger = ledgerOnOurClock(container.ledger, skewMs);
  const started = state.backoffs.get(pod.spec.nodeName)?.kubeletStarts.at(-1);
  const kubeletStartedAt = started === undefined ? undefined : started + skewMs;
  const kubeletVersion = kubeletVersionOf(state, record.pod.spec.nodeName);
  const edits = editsUnseen(container.ledger, name, state.events.get(pod.uid) ?? NO_EVENTS);
  const known = { pod, container: name, status, ledger, deletionAskedAt, kubeletVersion, kubeletStartedAt };
  return { ...known, stopsUnseen: edits + restartsWithOthers(pod, name), arrivedAt: record.arrivedAt };
}

/**
 * The trouble of one container at `now` (epoch ms), for a gone pod as of its end; null if none. Its
 * `since` is on our clock.
 */
export function troubleOf(state: ClusterState, record: PodRecord, container: ContainerRecord, now: number): Trouble | null {
  const facts = factsOf(state, record, container);
  const crash = crashTrouble(facts, record.goneAfter ?? now);
  const looped = crash === null ? null : withOnset(onsetFactsOf(state, record, facts), crash);
  const failing = container.failure;
  const trouble = failing === null ? looped : failingTrouble(state, onsetFactsOf(state, record, facts), failing, looped);
  return trouble !== null && record.goneAt !== null ? { ...trouble, state: 'deleted' } : trouble;
}

function onsetFactsOf(state: ClusterState, { pod }: PodRecord, facts: CrashFacts): OnsetFacts {
  return {
    container: facts.container,
    ledger: facts.ledger,
    restartCount: facts.status?.restartCount ?? 0,
    createdAt: pod.createdAt,
    events: state.events.get(pod.uid) ?? NO_EVENTS,
    eventSkewMs: state.clocks.get(pod.spec.nodeName)?.skewMs ?? 0,
    node: backoffOf(state, pod.spec.nodeName),
    stopsUnseen: facts.stopsUnseen ?? 0,
  };
}

function withOnset(facts: OnsetFacts, { isUntimed, ...trouble }: CrashTrouble): Trouble {
  const { since, isBound } = crashOnset(facts, trouble.since);
  return { ...trouble, since, sinceIsBound: isBound || isUntimed };
}

function failingTrouble(state: ClusterState, facts: OnsetFacts, failing: StartFailure, crash: Trouble | null): Trouble {
  const since = failedStartOnset(facts, failing.kind, failing.since);
  // It was failing at the first look, and nothing says since when.
  const isBound = since === failing.since && DATED_BY_ARRIVAL.has(failing.kind) && since <= (state.podsListedAt ?? 0);
  const own = { state: 'looping', kind: failing.kind, since, sinceIsBound: isBound } as const;
  return crash === null || since < crash.since ? own : { ...own, since: crash.since, sinceIsBound: crash.sinceIsBound };
}

// For the other kinds the API says when they started.
const DATED_BY_ARRIVAL: ReadonlySet<TroubleKind> = new Set(['image', 'config', 'start']);

// Two or more pods of one workload that crashed within the window are a problem even if none of
// them loops.
function restartedTogether(
  state: ClusterState,
  restarted: readonly { record: PodRecord; container: ContainerRecord }[],
  troubles: readonly Troubled[],
): Troubled[] {
  const pods = new Map<string, Set<string>>();
  for (const { record } of [...restarted, ...troubles]) {
    if (record.workload.kind === 'Pod' || record.goneAt !== null) continue;
    const { key } = record.workload;
    pods.set(key, (pods.get(key) ?? new Set()).add(record.pod.uid));
  }
  return restarted
    .filter(({ record }) => (pods.get(record.workload.key)?.size ?? 0) >= 2)
    .filter(({ record }) => record.pod.phase !== 'Failed' && record.pod.phase !== 'Succeeded')
    .map(({ record, container }) => {
      const ended = container.ledger.find((r) => r.finishedAt !== null)?.finishedAt ?? null;
      const since = ended === null ? record.arrivedAt : ended + skewOf(state, record);
      return { record, container, trouble: { state: 'restarting', kind: 'crash', since, sinceIsBound: false } };
    });
}

/** Why the container failed at `now` (epoch ms); null if it did not. */
export function causeAt(state: ClusterState, record: PodRecord, container: ContainerRecord, now: number): Cause | null {
  const around = contextOf(state, record, container, now);
  const known = causes.get(container);
  if (known !== undefined && isSame(known.around, around)) return known.cause;
  const cause = causeOf({ ...around, ...containerFacts(container) });
  causes.set(container, { around, cause });
  return cause;
}

/**
 * Evidence for a cause besides the pod itself. It arrives after the pod or never, and is dropped
 * earlier.
 */
export type Evidence = Extract<Need, 'logs' | 'pod events' | 'node'>;

/** As {@link causeAt}, as if that evidence were missing. */
export function causeWithout(
  missing: readonly Evidence[],
  state: ClusterState,
  record: PodRecord,
  container: ContainerRecord,
  now: number,
): Cause | null {
  return causeOf({
    ...contextOf(state, record, container, now),
    ...containerFacts(container),
    ...(missing.includes('logs') ? { logTail: '' } : {}),
    ...(missing.includes('pod events') ? { events: NO_EVENTS } : {}),
    ...(missing.includes('node') ? { node: undefined, nodeEvents: NO_EVENTS } : {}),
  });
}

function containerFacts({ name, status, ledger }: ContainerRecord): Omit<CauseFacts, keyof CauseContext> {
  return { container: name, status, ledger };
}

function contextOf(state: ClusterState, record: PodRecord, container: ContainerRecord, now: number): CauseContext {
  const { pod } = record;
  const events = state.events.get(pod.uid) ?? NO_EVENTS;
  const node = state.nodes.get(pod.spec.nodeName);
  const { kubeletStarts } = backoffOf(state, pod.spec.nodeName);
  const ownerEvents = state.events.get(pod.controller?.uid ?? '') ?? NO_EVENTS;
  const logTail = logTailOf(state, record, container, now);
  const nodeEvents = eventsOfNode(state, pod.spec.nodeName);
  const eventsHidden = hiddenIn(state, 'events', pod.namespace) ?? '';
  return { pod, events, node, nodeEvents, eventsHidden, kubeletStarts, ownerEvents, logTail };
}

// Deciding a cause costs more than the rest of a row, and the facts rarely change between frames.
const causes = new WeakMap<ContainerRecord, { around: CauseContext; cause: Cause | null }>();

type CauseContext = Omit<CauseFacts, 'container' | 'status' | 'ledger'>;

function isSame(a: CauseContext, b: CauseContext): boolean {
  return (
    a.pod === b.pod &&
    a.events === b.events &&
    a.node === b.node &&
    a.nodeEvents === b.nodeEvents &&
    a.eventsHidden === b.eventsHidden &&
    a.kubeletStarts === b.kubeletStarts &&
    a.ownerEvents === b.ownerEvents &&
    a.logTail === b.logTail
  );
}

const NO_EVENTS: readonly KubeEvent[] = Object.freeze([]);

// The log of an ended run arrives shortly after its end. Until then, show the log of the run before
// if that one ended alike: a row that flips with every crash is unreadable.
const LOG_ON_ITS_WAY_MS = 10_000;

function logTailOf(state: ClusterState, record: PodRecord, container: ContainerRecord, now: number): string {
  const index = container.ledger.findLastIndex((r) => r.ended);
  const dead = container.ledger[index];
  const logs = state.logs.get(record.pod.uid)?.filter((l) => l.container === container.name && l.error === '');
  if (dead === undefined || logs === undefined) return '';
  const log = logs.findLast((l) => l.containerID === dead.containerID);
  if (log !== undefined) return log.text;
  const before = container.ledger[index - 1];
  const isFresh = now - ((dead.finishedAt ?? 0) + skewOf(state, record)) < LOG_ON_ITS_WAY_MS;
  if (!isFresh || before?.exitCode !== dead.exitCode || before.reason !== dead.reason) return '';
  return logs.findLast((l) => l.containerID === before.containerID)?.text ?? '';
}

/** When the container may start again; null if it will not. */
export function nextStartAt(state: ClusterState, record: PodRecord, container: ContainerRecord, now: number): NextStart | null {
  const { pod } = record;
  const { status, ledger, failure } = container;
  if (record.goneAt !== null || pod.deletionAt !== null || failure?.kind === 'scheduling') return null;
  if (status === undefined) return null;
  const newest = ledger.at(-1);
  const isFirst = newest === undefined || !newest.ended;
  const restartsAll = isRestartedWithAll(status) || endRestartsAll(pod, status);
  const eligible = isFirst
    ? pod.phase === 'Pending' || pod.phase === 'Running'
    : restartsAll || mayRestart(pod, container.name, newest.exitCode ?? 1, kubeletVersionOf(state, record.pod.spec.nodeName));
  const failsToStart =
    failure !== null && (failingStart(status) !== null || failure.kind === 'volume' || failure.kind === 'sandbox');
  return nextStart(
    {
      status,
      ledger,
      node: backoffOf(state, pod.spec.nodeName),
      events: state.events.get(pod.uid) ?? [],
      pullErrors: failure?.pullErrors ?? [],
      eligible,
      failsToStart,
      restartsAll,
      kubeletVersion: kubeletVersionOf(state, record.pod.spec.nodeName),
      skewMs: skewOf(state, record),
    },
    now,
  );
}

/**
 * What is left of a workload.
 * @param troubledSince when its trouble started, epoch ms.
 */
export function impactAt(state: ClusterState, workload: Workload, troubledSince: number, now: number): Impact {
  const { samples, ...counts } = countsOf(state, workload.key, now);
  return impactOf(counts, samples, troubledSince, now);
}
