import { Map as ImmutableMap, Set as ImmutableSet } from 'immutable';
import { DEFAULT_NODE_BACKOFF, learnBackoff, learnLateness, type NodeBackoff } from '../model/backoff.ts';
import type { NodeClock } from '../model/clock-skew.ts';
import { type AvailabilitySample, isStatusCurrent, joinSamples, LOWEST_OF_MS } from '../model/impact.ts';
import { withoutPodsEnd } from '../model/inferred-ends.ts';
import { addRuns, EMPTY_LEDGER, type Ledger, type Run, runsMentioned } from '../model/ledger.ts';
import { namedIn } from '../model/named.ts';
import { type ContainerStatus, type ContainerType, conditionOf, isPodReady, type Pod, policyRestarts } from '../model/pod.ts';
import { type KubeEvent, type Node, type Owner, type Resource, saysTrouble } from '../model/resources.ts';
import { withRestartsOfAll } from '../model/restarts-of-all.ts';
import { editToldBy, withStops } from '../model/stopped-runs.ts';
import { failingStart, isCrash, podStartFailure, type TroubleKind } from '../model/trouble.ts';
import type { Envelope, GapEnvelope, Hidden, LogEnvelope, SnapshotEnvelope } from './envelope.ts';
import { isGapOfPods } from './gap-of-pods.ts';
import { type Members, NO_MEMBERS, podsOf, withMember, withoutForgotten } from './members.ts';
import { isMirror, mirrorBefore } from './mirror-pods.ts';
import { skewOf, withClocks } from './node-clocks.ts';
import { asBeforeItWent, deletionAskedAt, gone } from './pod-end.ts';
import { type Workload, workloadOf, workloadOfOwner } from './workload.ts';

export type { AvailabilitySample, Workload };

/** A start that fails again and again without a run of its own: image, config, volume, sandbox, scheduling. */
export interface StartFailure {
  readonly kind: TroubleKind;
  /** When it was first known to fail, epoch ms. */
  readonly since: number;
  /** When its status was seen to turn to ErrImagePull, epoch ms, ascending: each tells of a pull that failed. The newest few. */
  readonly pullErrors: readonly number[];
}

/** What is known of one container of one pod. */
export interface ContainerRecord {
  readonly name: string;
  readonly type: ContainerType;
  readonly ledger: Ledger;
  /** Its newest status; undefined while the kubelet has stated none. */
  readonly status: ContainerStatus | undefined;
  readonly failure: StartFailure | null;
}

/** What is known of one pod, by its UID. */
export interface PodRecord {
  readonly pod: Pod;
  readonly workload: Workload;
  /** When its newest arrival came, epoch ms; and that arrival's line (0: live). */
  readonly arrivedAt: number;
  readonly line: number;
  /**
   * When its deletion was asked for, on our clock, as nearly as can be told: what ended since ended for that. null while nobody
   * deletes it.
   */
  readonly deletionAskedAt: number | null;
  /** When it was known to be gone; null while it exists. */
  readonly goneAt: number | null;
  /** Until when it was there for certain: before `goneAt` where nobody looked when it went; null while it exists. */
  readonly goneAfter: number | null;
  /** In the order of the spec. */
  readonly containers: readonly ContainerRecord[];
}

/** A log of one dead run, as fetched; safe text. `error` says why it could not be had, else ''. */
export interface RunLog {
  readonly container: string;
  readonly containerID: string;
  readonly text: string;
  readonly truncated: boolean;
  readonly error: string;
  readonly at: number;
}

/** A stretch in which arrivals of a kind were lost or late, epoch ms; `to` is null while it lasts. */
export interface Gap {
  readonly kind: string;
  readonly namespace: string | null;
  readonly from: number;
  readonly to: number | null;
  readonly reason: string;
  readonly resumed: boolean;
}

export interface Marker {
  readonly at: number;
  readonly name: string;
  readonly note: string;
}

/** A node's kubelet came back with another version. */
export interface KubeletUpgrade {
  readonly from: string;
  readonly to: string;
  /** When it was first seen, epoch ms. */
  readonly at: number;
}

/** The pods of a workload: those that count (see {@link isDesired}), and those of them that are ready. */
export interface PodCounts {
  readonly desired: number;
  readonly available: number;
}

/** What the object at the top of a workload says of it: its newest arrival, and how its count of available pods changed. */
export interface WorkloadStatus {
  readonly owner: Owner;
  /** When its newest arrival came, epoch ms. */
  readonly arrivedAt: number;
  /** Oldest first. They begin when it became known; before that only its pods tell. */
  readonly availability: readonly AvailabilitySample[];
}

/** The fold of all arrivals up to a time. Immutable: an older state stays valid and shares what did not change. */
export interface ClusterState {
  /** When its newest arrival came, epoch ms; 0 before the first. */
  readonly arrivedAt: number;
  /** When the first whole list of pods came, epoch ms; null before. */
  readonly podsListedAt: number | null;
  /** By pod UID. A pod that is gone stays while it is in trouble's afterglow or a run of it may be asked for. */
  readonly pods: ImmutableMap<string, PodRecord>;
  /** The UIDs of `pods` by the key of their workload, those of gone ones too. */
  readonly members: Members;
  /** Those of `pods` of which something ever failed, restarted or ended: few, and whatever is in trouble is among them. */
  readonly suspects: ImmutableMap<string, PodRecord>;
  /** By UID. */
  readonly owners: ImmutableMap<string, Owner>;
  /** By workload key: the objects that have no controller above them. */
  readonly statuses: ImmutableMap<string, WorkloadStatus>;
  /** By name. */
  readonly nodes: ImmutableMap<string, Node>;
  /** The newest of each node, by name. */
  readonly upgrades: ImmutableMap<string, KubeletUpgrade>;
  /** What the runs and events taught about the back-off on each node, by name. */
  readonly backoffs: ImmutableMap<string, NodeBackoff>;
  /** How the clock of each node stands to ours, by name. */
  readonly clocks: ImmutableMap<string, NodeClock>;
  /** By the UID of what they are about (see {@link eventsOfNode} for nodes); oldest first. */
  readonly events: ImmutableMap<string, readonly KubeEvent[]>;
  /** By pod UID; oldest first. */
  readonly logs: ImmutableMap<string, readonly RunLog[]>;
  /** The UID of the pod that exists under `namespace/name`. */
  readonly names: ImmutableMap<string, string>;
  /** How many pods each workload wants and has, by workload key. */
  readonly workloads: ImmutableMap<string, PodCounts>;
  /** By workload key; oldest first. */
  readonly availability: ImmutableMap<string, readonly AvailabilitySample[]>;
  readonly gaps: readonly Gap[];
  readonly hidden: readonly Hidden[];
  readonly markers: readonly Marker[];
  /** The UIDs that the pages of a list have named so far, while more of them are to come; by kind and namespace. */
  readonly pages: ImmutableMap<string, ImmutableSet<string>>;
  /** When each kind last arrived (any line of it), epoch ms: the age of the data. */
  readonly lastArrival: ImmutableMap<string, number>;
  /** How many crashes are known so far: it grows by each newly known end of a run that was no clean stop. */
  readonly crashes: number;
}

export const EMPTY_STATE: ClusterState = Object.freeze({
  arrivedAt: 0,
  podsListedAt: null,
  pods: ImmutableMap<string, PodRecord>(),
  members: NO_MEMBERS,
  suspects: ImmutableMap<string, PodRecord>(),
  owners: ImmutableMap<string, Owner>(),
  statuses: ImmutableMap<string, WorkloadStatus>(),
  nodes: ImmutableMap<string, Node>(),
  upgrades: ImmutableMap<string, KubeletUpgrade>(),
  backoffs: ImmutableMap<string, NodeBackoff>(),
  clocks: ImmutableMap<string, NodeClock>(),
  events: ImmutableMap<string, readonly KubeEvent[]>(),
  logs: ImmutableMap<string, readonly RunLog[]>(),
  names: ImmutableMap<string, string>(),
  workloads: ImmutableMap<string, PodCounts>(),
  availability: ImmutableMap<string, readonly AvailabilitySample[]>(),
  gaps: [],
  hidden: [],
  markers: [],
  pages: ImmutableMap<string, ImmutableSet<string>>(),
  lastArrival: ImmutableMap<string, number>(),
  crashes: 0,
});

// Events are hints and logs are long: of each object, the newest are kept.
const EVENTS_KEPT = 60;
const LOGS_KEPT = 20;
const GAPS_KEPT = 1000;
const MARKERS_KEPT = 5000;

/** Why rights hide `what` (`logs`, `events`, ...) in a namespace; null where they do not. */
export function hiddenIn({ hidden }: ClusterState, what: string, namespace: string): string | null {
  return hidden.find((h) => h.what === what && (h.namespace === null || h.namespace === namespace))?.why ?? null;
}

/** The state after one more arrival. Pure; shares with the state before whatever the arrival does not change. */
export function reduce(state: ClusterState, envelope: Envelope): ClusterState {
  const next = { ...withClocks(fold(state, envelope), state, envelope), arrivedAt: envelope.at };
  const kind = kindArrived(envelope);
  return kind === null ? next : { ...next, lastArrival: next.lastArrival.set(kind, envelope.at) };
}

function kindArrived(envelope: Envelope): string | null {
  if (envelope.type === 'object') return envelope.object.kind;
  return envelope.type === 'snapshot' ? envelope.kind : null;
}

function fold(state: ClusterState, envelope: Envelope): ClusterState {
  switch (envelope.type) {
    case 'object':
      return foldObject(state, envelope.object, envelope.verb === 'DELETED', envelope.at, envelope.line);
    case 'snapshot':
      return foldSnapshot(state, envelope);
    case 'log':
      return foldLog(state, envelope);
    case 'gap':
      return { ...state, gaps: withGap(state.gaps, envelope) };
    case 'access':
      return { ...state, hidden: envelope.hidden };
    case 'marker':
      return { ...state, markers: withMarker(state.markers, { at: envelope.at, name: envelope.name, note: envelope.note }) };
  }
}

function foldObject(state: ClusterState, object: Resource, isDeleted: boolean, at: number, line: number): ClusterState {
  switch (object.kind) {
    case 'Pod':
      return foldPod(state, object, isDeleted, at, line);
    case 'Event':
      // An event that is deleted was forgotten after its hour; that it happened stays true.
      return isDeleted ? state : foldEvent(state, object);
    case 'Node':
      return isDeleted ? { ...state, nodes: state.nodes.delete(object.name) } : foldNode(state, object, at);
    default:
      return foldOwner(state, object, isDeleted, at);
  }
}

function foldNode(state: ClusterState, node: Node, at: number): ClusterState {
  const before = state.nodes.get(node.name);
  const next = { ...state, nodes: state.nodes.set(node.name, node) };
  const [from, to] = [before?.kubeletVersion ?? '', node.kubeletVersion];
  if (before?.uid !== node.uid || from === '' || to === '' || from === to) return next;
  return { ...next, upgrades: state.upgrades.set(node.name, { from, to, at }) };
}

function foldSnapshot(state: ClusterState, envelope: SnapshotEnvelope): ClusterState {
  const { kind, items, namespace, more, at, line } = envelope;
  // A keyframe may come in several pages, too: what its first page began, the others go on with.
  if (envelope.keyframe && state.lastArrival.has(kind) && !state.pages.has(scopeOf(kind, namespace))) return state;
  const foldAll = (from: ClusterState) => items.reduce((known, item) => foldObject(known, item, false, at, line), from);
  // An owner's fold looks through the pods while it moves some.
  let next = kind === 'Pod' ? inPlace(state, foldAll) : foldAll(state);
  if (kind === 'Event') return next;
  const scope = scopeOf(kind, namespace);
  const listed = (state.pages.get(scope) ?? ImmutableSet<string>()).union(items.map((item) => item.uid));
  if (more) return { ...next, pages: next.pages.set(scope, listed) };
  next = { ...next, pages: next.pages.delete(scope) };
  if (kind !== 'Pod') return withoutUnlisted(next, kind, namespace, listed);
  for (const [uid, record] of next.pods) {
    if (record.goneAt !== null || listed.has(uid)) continue;
    if (namespace === null || record.pod.namespace === namespace) next = removePod(next, uid, at);
  }
  return { ...next, podsListedAt: state.podsListedAt ?? at };
}

/** The maps that a list of pods changes. */
const OF_PODS = ['pods', 'members', 'suspects', 'backoffs', 'names', 'workloads', 'availability'] as const;
type MapOfPods = (typeof OF_PODS)[number];

function mapsOfPods(mapOf: (name: MapOfPods) => ClusterState[MapOfPods]): Pick<ClusterState, MapOfPods> {
  return Object.fromEntries(OF_PODS.map((name) => [name, mapOf(name)])) as unknown as Pick<ClusterState, MapOfPods>;
}

// A list sets hundreds of entries: they are set in place in maps that nobody else has seen, not in a copy of the path for each.
function inPlace(state: ClusterState, fold: (open: ClusterState) => ClusterState): ClusterState {
  const folded = fold({ ...state, ...mapsOfPods((name) => state[name].asMutable()) });
  return { ...folded, ...mapsOfPods((name) => (folded[name].wasAltered() ? folded[name].asImmutable() : state[name])) };
}

function scopeOf(kind: string, namespace: string | null): string {
  return `${kind} ${namespace ?? ''}`;
}

// What a whole list does not name has been deleted while nobody looked.
function withoutUnlisted(
  state: ClusterState,
  kind: string,
  namespace: string | null,
  listed: ImmutableSet<string>,
): ClusterState {
  if (kind === 'Node') return { ...state, nodes: without(state.nodes, (node) => !listed.has(node.uid)) };
  let next = state;
  for (const [uid, owner] of state.owners) {
    if (owner.kind !== kind || listed.has(uid)) continue;
    if (namespace === null || owner.namespace === namespace) next = withoutOwner(next, owner);
  }
  return next;
}

function foldPod(state: ClusterState, pod: Pod, isDeleted: boolean, at: number, line: number): ClusterState {
  const before = state.pods.get(pod.uid);
  const workload = before?.workload ?? workloadOf(pod, state.owners);
  const skewMs = state.clocks.get(pod.spec.nodeName)?.skewMs ?? 0;
  const askedAt = deletionAskedAt(before, pod, isDeleted, at, skewMs);
  const known = before?.goneAt == null ? before : { ...before, containers: before.containers.map(asBeforeItWent) };
  const there: PodRecord = {
    pod,
    workload,
    arrivedAt: at,
    line,
    deletionAskedAt: askedAt,
    goneAt: null,
    goneAfter: null,
    containers: foldContainers(state, known, pod, at, askedAt),
  };
  // A workload may have thousands of pods; mirrors have only their nodes'.
  const mirror = isMirror(pod) ? mirrorBefore(there, podsOf(state, workload.key)) : undefined;
  const whole = mirror === undefined ? there : withRunsOf(mirror, there);
  const record = isDeleted ? gone(whole, at, at, skewMs) : whole;
  const kept = mirror === undefined ? state : withoutMirror(state, mirror, pod.uid, at);
  const next = withLessons(withRecord(kept, record), mirror ?? before, record);
  return withCounts(isDeleted ? withoutName(next, record) : withName(next, record, before, at), before, record, at);
}

// One container is one row, and one run stands once, whichever mirror told of it.
function withRunsOf(mirror: PodRecord, record: PodRecord): PodRecord {
  const containers = record.containers.map((container) => {
    const earlier = namedIn(mirror.containers, container.name)?.ledger ?? EMPTY_LEDGER;
    return { ...container, ledger: addRuns(withoutPodsEnd(earlier), container.ledger) };
  });
  return { ...record, containers };
}

function withoutMirror(state: ClusterState, mirror: PodRecord, uid: string, at: number): ClusterState {
  const old = mirror.pod.uid;
  const next = removePod(state, old, at);
  const logs = next.logs.get(old);
  return {
    ...next,
    pods: next.pods.delete(old),
    members: withoutForgotten(next.members, [mirror]),
    suspects: next.suspects.delete(old),
    logs: logs === undefined ? next.logs : next.logs.delete(old).set(uid, [...(next.logs.get(uid) ?? []), ...logs]),
  };
}

function withRecord(state: ClusterState, record: PodRecord): ClusterState {
  const { uid, phase } = record.pod;
  const isQuiet = phase !== 'Failed' && record.containers.every(neverFailed);
  // Immutable's delete of what is not there gives the same map.
  const suspects = isQuiet ? state.suspects.delete(uid) : state.suspects.set(uid, record);
  const members = withMember(state.members, uid, state.pods.get(uid)?.workload.key, record.workload.key);
  return { ...state, pods: state.pods.set(uid, record), members, suspects };
}

/** Did the container never fail, restart or end, as far as is known? So it is with nearly all of a cluster. */
export function neverFailed({ ledger, failure, status }: ContainerRecord): boolean {
  return failure === null && ledger.length <= 1 && (status?.restartCount ?? 0) === 0 && !(ledger[0]?.ended ?? false);
}

// What newly known runs teach: how many crashes there were, and how the node's kubelet backs off.
function withLessons(state: ClusterState, before: PodRecord | undefined, record: PodRecord): ClusterState {
  if (before !== undefined && record.containers.every((c, i) => c.ledger === before.containers[i]?.ledger)) return state;
  const name = record.pod.spec.nodeName;
  const node = state.backoffs.get(name) ?? DEFAULT_NODE_BACKOFF;
  const kubeletVersion = state.nodes.get(name)?.kubeletVersion ?? '';
  const events = state.events.get(record.pod.uid) ?? NO_EVENTS;
  const learned = record.containers.reduce((known, c) => {
    const isNewRun = before !== undefined && newestAttempt(before, c.name) !== c.ledger.at(-1)?.attempt;
    const lateness = isNewRun ? learnLateness(known, c.ledger, { events, container: c.name, kubeletVersion }) : known;
    return learnBackoff(lateness, c.ledger);
  }, node);
  return {
    ...state,
    backoffs: learned === node ? state.backoffs : state.backoffs.set(name, learned),
    crashes: state.crashes + newCrashes(before, record),
  };
}

function newestAttempt({ containers }: PodRecord, name: string): number | undefined {
  return containers.find((c) => c.name === name)?.ledger.at(-1)?.attempt;
}

// A name belongs to one pod at a time: where its deletion was missed, the older pod of that name is gone.
function withName(state: ClusterState, { pod }: PodRecord, before: PodRecord | undefined, at: number): ClusterState {
  if (before !== undefined && before.goneAt === null) return state;
  const key = `${pod.namespace}/${pod.name}`;
  const holder = state.names.get(key);
  if (holder === pod.uid) return state;
  const other = holder === undefined ? undefined : state.pods.get(holder);
  if (other === undefined) return { ...state, names: state.names.set(key, pod.uid) };
  if ((other.pod.createdAt ?? 0) > (pod.createdAt ?? 0)) return removePod(state, pod.uid, at);
  return { ...removePod(state, other.pod.uid, at), names: state.names.set(key, pod.uid) };
}

function withoutName(state: ClusterState, { pod }: PodRecord): ClusterState {
  const key = `${pod.namespace}/${pod.name}`;
  return state.names.get(key) === pod.uid ? { ...state, names: state.names.delete(key) } : state;
}

const NO_EVENTS: readonly KubeEvent[] = Object.freeze([]);

function foldContainers(
  state: ClusterState,
  before: PodRecord | undefined,
  pod: Pod,
  at: number,
  deletionAt: number | null,
): readonly ContainerRecord[] {
  const events = state.events.get(pod.uid) ?? NO_EVENTS;
  const reboots = eventsOfNode(state, pod.spec.nodeName).filter((event) => event.reason === 'Rebooted');
  const skewMs = state.clocks.get(pod.spec.nodeName)?.skewMs ?? 0;
  const askedAt = deletionAt === null ? null : deletionAt - skewMs;
  const blocked = podStartFailure(pod, events, at, skewMs);
  const containers = pod.spec.containers.map((spec, index): ContainerRecord => {
    const known = before === undefined ? undefined : namedIn(before.containers, spec.name);
    const status = namedIn(pod.containers, spec.name);
    const runs = known?.ledger ?? EMPTY_LEDGER;
    const ledger = status === undefined ? runs : addRuns(runs, runsMentioned(status));
    const facts = { pod, container: spec.name, before: known?.status, status, events, reboots, deletionAskedAt: askedAt };
    return {
      name: spec.name,
      type: spec.type,
      ledger: withStops(ledger, facts),
      status,
      // Somebody who debugs a pod watches that himself.
      failure: spec.type === 'ephemeral' ? null : foldFailure(known, status, index === 0 ? blocked : null, at),
    };
  });
  return withRestartsOfAll(pod, containers, at - skewMs);
}

function foldFailure(
  known: ContainerRecord | undefined,
  status: ContainerStatus | undefined,
  blocked: { kind: TroubleKind; since: number } | null,
  at: number,
): StartFailure | null {
  const before = known?.failure ?? null;
  const kind = failingStart(status);
  const failing = kind === null ? blocked : { kind, since: at };
  if (failing !== null) {
    const failure = before?.kind === failing.kind ? before : { ...failing, pullErrors: [] };
    if (!isPullError(status) || (before !== null && isPullError(known?.status))) return failure;
    return { ...failure, pullErrors: [...failure.pullErrors, at].slice(-PULL_ERRORS_KEPT) };
  }
  // A kubelet that came back says ContainerCreating until it has tried again: what failed has not been mended by that.
  const isUntried = status?.state.is === 'waiting' && UNTRIED.has(status.state.reason);
  return isUntried && before?.kind !== 'scheduling' ? before : null;
}

function isPullError(status: ContainerStatus | undefined): boolean {
  return status?.state.is === 'waiting' && status.state.reason === 'ErrImagePull';
}

const PULL_ERRORS_KEPT = 8;
const UNTRIED: ReadonlySet<string> = new Set(['ContainerCreating', 'PodInitializing', '']);

/** Does the pod count among those that its workload wants? Not when it has finished, is being deleted, or is gone. */
export function isDesired(record: PodRecord): boolean {
  const { phase } = record.pod;
  return record.goneAt === null && record.pod.deletionAt === null && phase !== 'Succeeded' && phase !== 'Failed';
}

/** Is the pod one that its workload can count on? */
export function isAvailable(record: PodRecord): boolean {
  return isDesired(record) && isPodReady(record.pod);
}

function newCrashes(before: PodRecord | undefined, record: PodRecord): number {
  let count = 0;
  for (const [index, container] of record.containers.entries()) {
    if (container.type === 'ephemeral') continue;
    const known = before?.containers[index];
    const from = alikeUntil(known?.ledger ?? EMPTY_LEDGER, container.ledger);
    count += countCrashes(record, container, from);
    if (before !== undefined && known !== undefined) count -= countCrashes(before, known, from);
  }
  return count;
}

// Runs of which nothing new is told count as before: of a long ledger an arrival changes the end.
function alikeUntil(before: Ledger, after: Ledger): number {
  let index = 0;
  while (index < before.length && before[index] === after[index]) index++;
  return Math.max(0, index - 1);
}

function countCrashes({ pod }: PodRecord, { name, ledger }: ContainerRecord, from: number): number {
  let count = 0;
  for (let index = from; index < ledger.length; index++) {
    const run = ledger[index] as Run;
    const isCleanEnd = run.exitCode === 0 && !policyRestarts(pod, name, 0);
    if (isCrash(run) && !isCleanEnd) count++;
  }
  return count;
}

function removePod(state: ClusterState, uid: string, at: number): ClusterState {
  const record = state.pods.get(uid);
  if (record === undefined || record.goneAt !== null) return state;
  const removed = gone(record, at, seenUntil(state, record) ?? at, skewOf(state, record));
  return withCounts(withoutName(withRecord(state, removed), removed), record, removed, at);
}

// What becomes of a pod is seen as it happens, but for a gap after which pods were listed anew.
function seenUntil({ gaps }: ClusterState, { pod, arrivedAt }: PodRecord): number | null {
  return gaps.find((gap) => isGapOfPods(gap, pod.namespace) && !gap.resumed && gap.from >= arrivedAt)?.from ?? null;
}

// Counts by what changed: a list of 5,000 pods of one workload must not count them 5,000 times.
function withCounts(state: ClusterState, before: PodRecord | undefined, after: PodRecord | undefined, at: number): ClusterState {
  const key = (after ?? before)?.workload.key ?? '';
  const desired = Number(after !== undefined && isDesired(after)) - Number(before !== undefined && isDesired(before));
  const change = Number(after !== undefined && isAvailable(after)) - Number(before !== undefined && isAvailable(before));
  if (desired === 0 && change === 0) return state;
  const known = state.workloads.get(key) ?? NO_PODS;
  const counts = { desired: known.desired + desired, available: known.available + change };
  const workloads = counts.desired === 0 ? state.workloads.delete(key) : state.workloads.set(key, counts);
  const isNew = before === undefined && after !== undefined && change === 1;
  const availability = isNew ? withKnownLater(state.availability, key, after.pod) : state.availability;
  return { ...state, workloads, availability: withSample(availability, key, counts.available, at) };
}

// A list comes in parts: a pod that was ready before is one more of those that were available then, and no rise of them now.
function withKnownLater(availability: ClusterState['availability'], key: string, pod: Pod): ClusterState['availability'] {
  const readySince = conditionOf(pod, 'Ready')?.since ?? null;
  const samples = availability.get(key);
  if (samples === undefined || readySince === null) return availability;
  const raised = samples.map((s) => (s.at >= readySince ? { at: s.at, available: s.available + 1 } : s));
  return availability.set(key, raised);
}

const NO_PODS: PodCounts = Object.freeze({ desired: 0, available: 0 });

function withSample(
  availability: ClusterState['availability'],
  key: string,
  available: number,
  at: number,
): ClusterState['availability'] {
  const samples = availability.get(key) ?? NO_SAMPLES;
  const next = nextSamples(samples, available, at);
  return next === samples ? availability : availability.set(key, next);
}

const NO_SAMPLES: readonly AvailabilitySample[] = Object.freeze([]);

function nextSamples(samples: readonly AvailabilitySample[], available: number, at: number): readonly AvailabilitySample[] {
  if (samples.at(-1)?.available === available) return samples;
  // Of what is too old to be asked for, the newest is kept: it still held when the window began.
  const firstKept = samples.findLastIndex((s) => s.at <= at - LOWEST_OF_MS);
  return samples.slice(Math.max(0, firstKept)).concat({ at, available });
}

/** How many pods a workload wants and has, and how many of those were available when. */
export interface WorkloadCounts extends PodCounts {
  /** Oldest first. */
  readonly samples: readonly AvailabilitySample[];
}

/**
 * How many pods a workload wants and has at `now` (epoch ms): as its own status says, which knows of pods that were never
 * created and counts none twice during a rollout; where that is not known, too old, or wants none, as its pods say.
 */
export function countsOf(state: ClusterState, key: string, now: number): WorkloadCounts {
  const counts = state.workloads.get(key) ?? NO_PODS;
  const samples = state.availability.get(key) ?? NO_SAMPLES;
  const status = state.statuses.get(key);
  if (status === undefined) return { ...counts, samples };
  const { desired, available, minReadyMs } = status.owner;
  // What was scaled to nothing has no status that tells of the pods that are still on their way out.
  if (desired === null || desired === 0 || available === null) return { ...counts, samples };
  const told = { available, samples: status.availability, heardAt: status.arrivedAt };
  const seen = { available: counts.available, samples, heardAt: samples.at(-1)?.at ?? 0 };
  if (!isStatusCurrent(told, seen, minReadyMs, now)) return { ...counts, samples };
  return { desired, available, samples: joinSamples(samples, status.availability) };
}

// About its node, a kubelet before 1.35 writes the name for the UID, and a newer one writes none; controllers write the UID.
function nodeEventsKey(name: string): string {
  return `Node/${name}`;
}

/** The events about a node, oldest first. */
export function eventsOfNode(state: ClusterState, name: string): readonly KubeEvent[] {
  return state.events.get(nodeEventsKey(name)) ?? NO_EVENTS;
}

function foldEvent(state: ClusterState, event: KubeEvent): ClusterState {
  const about = event.involved.kind === 'Node' ? nodeEventsKey(event.involved.name) : event.involved.uid;
  const known = state.events.get(about) ?? NO_EVENTS;
  const others = known.filter((e) => e.uid !== event.uid);
  const index = others.findLastIndex((e) => e.lastAt <= event.lastAt) + 1;
  const sorted = [...others.slice(0, index), event, ...others.slice(index)].slice(-EVENTS_KEPT);
  const next = { ...state, events: state.events.set(about, sorted) };
  if (event.involved.kind === 'Node') return withRebooted(withKubeletStart(next, event), event);
  return withStoppedRuns(withBlockedPod(next, event), event);
}

// That the kubelet stops a container for an edit it says as it does so; the end may have arrived before.
function withStoppedRuns(state: ClusterState, event: KubeEvent): ClusterState {
  const record = editToldBy(event) === null ? undefined : state.pods.get(event.involved.uid);
  return record === undefined ? state : toldAnew(state, record);
}

// So does a kubelet that its node was rebooted, when it is back.
function withRebooted(state: ClusterState, event: KubeEvent): ClusterState {
  if (event.reason !== 'Rebooted') return state;
  let next = state;
  for (const record of state.suspects.values()) {
    if (record.pod.spec.nodeName === event.involved.name) next = toldAnew(next, record);
  }
  return next;
}

function toldAnew(state: ClusterState, record: PodRecord): ClusterState {
  if (record.goneAt !== null) return state;
  const containers = foldContainers(state, record, record.pod, record.arrivedAt, record.deletionAskedAt);
  const next = { ...record, containers };
  return withLessons(withRecord(state, next), record, next);
}

// The kubelet says on its node that it starts, and so that it has forgotten every back-off.
function withKubeletStart(state: ClusterState, event: KubeEvent): ClusterState {
  if (event.reason !== 'Starting' || event.component !== 'kubelet') return state;
  const node = state.backoffs.get(event.involved.name) ?? DEFAULT_NODE_BACKOFF;
  if (node.kubeletStarts.includes(event.lastAt)) return state;
  const kubeletStarts = [...node.kubeletStarts, event.lastAt].toSorted((a, b) => a - b);
  return { ...state, backoffs: state.backoffs.set(event.involved.name, { ...node, kubeletStarts }) };
}

// Volumes and sandboxes fail in events only: the pod itself does not arrive again to say so.
function withBlockedPod(state: ClusterState, event: KubeEvent): ClusterState {
  const record = state.pods.get(event.involved.uid);
  if (record === undefined || record.goneAt !== null || record.pod.phase !== 'Pending') return state;
  const at = event.lastAt + skewOf(state, record);
  const containers = foldContainers(state, record, record.pod, at, record.deletionAskedAt);
  return withRecord(state, { ...record, containers });
}

function foldOwner(state: ClusterState, owner: Owner, isDeleted: boolean, at: number): ClusterState {
  if (isDeleted) return withoutOwner(state, owner);
  const isNew = state.owners.get(owner.uid)?.controller?.uid !== owner.controller?.uid;
  let next: ClusterState = { ...state, owners: state.owners.set(owner.uid, owner), statuses: withStatus(state, owner, at) };
  if (!isNew || owner.controller === null) return next;
  for (const record of state.pods.values()) {
    if (record.pod.controller?.uid !== owner.uid) continue;
    const workload = workloadOf(record.pod, next.owners);
    if (workload.key === record.workload.key) continue;
    const moved = { ...record, workload };
    next = withCounts(withRecord(next, moved), record, undefined, at);
    next = withCounts(next, undefined, moved, at);
  }
  return next;
}

function withStatus(state: ClusterState, owner: Owner, at: number): ClusterState['statuses'] {
  if (owner.controller !== null) return state.statuses;
  const { key } = workloadOfOwner(owner, state.owners);
  const before = state.statuses.get(key);
  const known = before?.owner.uid === owner.uid ? before.availability : NO_SAMPLES;
  const availability = owner.available === null ? known : nextSamples(known, owner.available, at);
  return state.statuses.set(key, { owner, arrivedAt: at, availability });
}

function withoutOwner(state: ClusterState, owner: Owner): ClusterState {
  const { key } = workloadOfOwner(owner, state.owners);
  const isTop = state.statuses.get(key)?.owner.uid === owner.uid;
  return {
    ...state,
    owners: state.owners.delete(owner.uid),
    statuses: isTop ? state.statuses.delete(key) : state.statuses,
  };
}

function foldLog(state: ClusterState, envelope: LogEnvelope): ClusterState {
  const { container, containerID, text, truncated, error, at } = envelope;
  const known = state.logs.get(envelope.uid) ?? [];
  const same = known.find((l) => l.container === container && l.containerID === containerID);
  // A later failure to read what was read before takes nothing away.
  if (same !== undefined && error !== '' && same.error === '') return state;
  const others = known.filter((l) => l !== same);
  const log: RunLog = { container, containerID, text, truncated, error, at };
  return { ...state, logs: state.logs.set(envelope.uid, [...others, log].slice(-LOGS_KEPT)) };
}

// An open gap is written at once, and again when its end is known.
function withGap(gaps: readonly Gap[], envelope: GapEnvelope): readonly Gap[] {
  const { kind, namespace, from, reason, resumed, open, at } = envelope;
  const gap: Gap = { kind, namespace, from, to: open ? null : at, reason, resumed };
  const others = gaps.filter((g) => g.to !== null || g.kind !== kind || g.namespace !== namespace || g.from !== from);
  return withFewer(others).concat(gap);
}

// Who loses the connection that often gets one gap for the two oldest of a kind and what lies between them: no arrival must look
// at all that were before.
function withFewer(gaps: readonly Gap[]): readonly Gap[] {
  if (gaps.length < GAPS_KEPT) return gaps;
  const oldest = new Map<string, Gap>();
  for (const gap of gaps) {
    if (gap.to === null) continue;
    const scope = scopeOf(gap.kind, gap.namespace);
    const before = oldest.get(scope);
    if (before === undefined) oldest.set(scope, gap);
    else return gaps.flatMap((g) => (g === before ? joinGaps(before, gap) : g === gap ? [] : g));
  }
  // A thousand of different scopes: nobody watches so many.
  return gaps.slice(1);
}

function joinGaps(first: Gap, second: Gap): Gap {
  return { ...first, to: second.to, resumed: first.resumed && second.resumed };
}

// An afternoon has a handful; a file may hold any number.
function withMarker(markers: readonly Marker[], marker: Marker): readonly Marker[] {
  return [...markers.slice(1 - MARKERS_KEPT), marker];
}

/**
 * The state without what nobody will ask for any more: pods that were gone before then (epoch ms), events and logs of objects
 * that are not there, workload objects of which no pod is left and that told nothing new since, nodes without pods. For a live
 * session, which runs for days.
 */
export function forget(state: ClusterState, before: number): ClusterState {
  const isOver = (record: PodRecord) => record.goneAt !== null && record.goneAt < before;
  const pods = without(state.pods, isOver);
  const members = pods === state.pods ? state.members : withoutForgotten(state.members, [...state.pods.values()].filter(isOver));
  const suspects = without(state.suspects, isOver);
  const events = without(state.events, (known, uid) => (known.at(-1)?.lastAt ?? 0) < before && !pods.has(uid));
  const logs = without(state.logs, (_, uid) => !pods.has(uid));
  const availability = without(state.availability, (_, key) => !state.workloads.has(key));
  // A workload whose pods are never created says so once, and then is silent for as long as it lasts.
  const statuses = without(
    state.statuses,
    ({ owner, arrivedAt }, key) => arrivedAt < before && !members.has(key) && !saysTrouble(owner),
  );
  const owners = withoutUnusedOwners(state.owners, statuses, pods);
  const next = { ...state, pods, members, suspects, events, logs, availability, statuses, owners };
  return pods === state.pods ? next : withoutUnusedNodes(next);
}

// An owner whose workload tells nothing is known for the pods that name it.
function withoutUnusedOwners(
  owners: ClusterState['owners'],
  statuses: ClusterState['statuses'],
  pods: ClusterState['pods'],
): ClusterState['owners'] {
  const unused = new Set<string>();
  for (const [uid, owner] of owners) if (!statuses.has(workloadOfOwner(owner, owners).key)) unused.add(uid);
  withoutUsed(unused, pods, ({ controller }) => controller?.uid);
  return unused.size === 0 ? owners : owners.deleteAll(unused);
}

function withoutUnusedNodes(state: ClusterState): ClusterState {
  const { pods, nodes, upgrades, backoffs, clocks } = state;
  const unused = new Set([nodes, upgrades, backoffs, clocks].flatMap((map) => [...map.keys()]));
  withoutUsed(unused, pods, ({ spec }) => spec.nodeName);
  if (unused.size === 0) return state;
  return {
    ...state,
    nodes: nodes.deleteAll(unused),
    upgrades: upgrades.deleteAll(unused),
    backoffs: backoffs.deleteAll(unused),
    clocks: clocks.deleteAll(unused),
  };
}

// To look at all pods of a large cluster takes long, and each node has many: mostly a few of them show that all are in use.
function withoutUsed(unused: Set<string>, pods: ClusterState['pods'], nameOf: (pod: Pod) => string | undefined): void {
  for (const { pod } of pods.values()) {
    if (unused.size === 0) return;
    const name = nameOf(pod);
    if (name !== undefined) unused.delete(name);
  }
}

// Immutable's own filter builds a new map, which would share nothing with the states before.
function without<V>(map: ImmutableMap<string, V>, isForgotten: (value: V, key: string) => boolean): ImmutableMap<string, V> {
  const keys: string[] = [];
  for (const [key, value] of map) if (isForgotten(value, key)) keys.push(key);
  return keys.length === 0 ? map : map.deleteAll(keys);
}
