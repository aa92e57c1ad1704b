import { type Run, timeOfRun, unseenBefore } from '../model/ledger.ts';
import type { Owner } from '../model/resources.ts';
import { type FieldChange, templateChanges, templateOfPod } from '../model/template-changes.ts';
import { isCrash } from '../model/trouble.ts';
import { TRUNCATION_MS } from '../text/json.ts';
import { podsOf } from '../timeline/members.ts';
import { containerOnOurClock, skewOf } from '../timeline/node-clocks.ts';
import type { ClusterState, ContainerRecord, PodRecord } from '../timeline/state.ts';
import { workloadOfOwner } from '../timeline/workload.ts';
import { revisionOfPod, revisionsOf } from './owners.ts';
import { troubleOf } from './problems.ts';
import { lifeStart, revisionBefore, revisionDate, revisionFacts, supersededAt } from './revision-date.ts';

/** Something that changed before a trouble began. That it came before is all that is said: whether it is to blame, a person decides. */
export interface Change {
  /**
   * `revision`: its workload got another template; `image-edited`: somebody edited the pod in place; `kubelet-started`: the
   * kubelet of its node did; `node`: the pod was made anew on another node, or only the pods on one node are in trouble.
   */
  readonly kind: 'revision' | 'image-edited' | 'kubelet-started' | 'node';
  /** Where it is known from: `revision 42` (where only the pods are known, their hash), `pod`, `kubelet of node-a`, `node-a`. */
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

/** The pods of a workload at one time, and what was already worked out for all of them: there may be thousands that fail. */
export interface WorkloadPods {
  readonly records: readonly PodRecord[];
  /** By container and template. */
  readonly revisions: Map<string, FailedRevision | null>;
  /** By container, template and node. */
  readonly nodes: Map<string, Change | null>;
}

// What a rollout breaks shows while its pods start or take their first load. After an hour much else has changed as well, and the
// events that would tell of it are gone.
const CHANGE_WINDOW_MS = 60 * 60_000;
// Where crashes before the first known one were not seen, the loop is older than what is known of it.
const UNSEEN_WINDOW_MS = 24 * 60 * 60_000;
// So long may it take until a pod's first start fails.
const START_MS = 2 * 60_000;
// A trouble of the workload that was there this long before a change was not brought by it.
const BEFORE_MS = 30 * 60_000;
// When a kubelet comes back it looks at every container at once: what that breaks, breaks within this.
const KUBELET_WINDOW_MS = 2 * 60_000;
// Times of the API are whole seconds, and its server's clock is not the node's: what seems so much later may have been before.
const TOLERANCE_MS = 2 * TRUNCATION_MS;

/** The pods that the workload of a pod has, and those that it had, as far as they are known. */
export function podsOfWorkload(state: ClusterState, { workload }: PodRecord): WorkloadPods {
  return workloadPods(podsOf(state, workload.key));
}

/** @param records all pods that are known of one workload. */
function workloadPods(records: readonly PodRecord[]): WorkloadPods {
  return { records, revisions: new Map(), nodes: new Map() };
}

/** What changed shortly before the trouble of a container began, the newest first; nothing where it is in none. */
export function whatChanged(facts: ChangeFacts): readonly Change[] {
  const own = onsetOf(facts, facts.record);
  if (own === null) return [];
  return [revisionChange(facts, own), imageEdit(facts, own), kubeletStart(facts, own), movedNode(facts, own), otherNode(facts)]
    .filter((change) => change !== null)
    .sort((a, b) => (b.at ?? 0) - (a.at ?? 0));
}

/** When a trouble began: the first crash or failure that is known, on our clock, and how many runs before it were not seen. */
interface Onset {
  readonly at: number;
  readonly unseenRuns: number;
  readonly isLatest: boolean;
  readonly began: Change['began'];
}

function containerOf(record: PodRecord, name: string): ContainerRecord | undefined {
  return record.containers.find((container) => container.name === name);
}

function onsetOf({ state, container: name, now }: ChangeFacts, record: PodRecord): Onset | null {
  const container = containerOf(record, name);
  const trouble = container === undefined ? null : troubleOf(state, record, container, now);
  if (container === undefined || trouble === null) return null;
  const { ledger } = containerOnOurClock(state, record, container);
  const index = ledger.findIndex((run) => run.finishedAt !== null && run.finishedAt >= trouble.since);
  const before = index < 0 ? (container.status?.restartCount ?? 0) : unseenBefore(ledger, index);
  const unseenRuns = trouble.sinceIsBound ? Math.max(0, before) : 0;
  const at = trouble.since;
  // A pod that never ran has failed since about when it was made.
  const isLate = ledger.length === 0 && at - (record.pod.createdAt ?? at) > START_MS;
  const began = trouble.kind === 'crash' || trouble.kind === 'start' ? 'crash' : 'failure';
  return { at, unseenRuns, isLatest: unseenRuns > 0 || isLate, began };
}

function isBefore(at: number, onset: Onset): boolean {
  const window = onset.isLatest ? UNSEEN_WINDOW_MS : CHANGE_WINDOW_MS;
  return at <= onset.at + TOLERANCE_MS && onset.at - at <= window;
}

function beforeOf(at: number, onset: Onset): Omit<Change, 'kind' | 'source' | 'fields'> {
  const { unseenRuns, isLatest, began } = onset;
  return { at, beforeMs: Math.max(0, onset.at - at), isAtMost: isLatest, unseenRuns, began };
}

/** A revision, when it was rolled out (epoch ms), and when the first of its pods failed. */
interface FailedRevision extends Revision {
  readonly at: number;
  readonly onset: Onset;
}

// The pods of one revision fail together: the first of them dates it for all.
function revisionChange(facts: ChangeFacts, own: Onset): Change | null {
  const { record, container, pods } = facts;
  const { templateHash, createdAt } = record.pod;
  if (templateHash === '') return null;
  const revision = once(pods.revisions, `${container} ${templateHash}`, () => failedRevision(facts));
  if (revision === null || Math.min(createdAt ?? 0, own.at) < revision.at - TOLERANCE_MS) return null;
  const { name, at, until, onset, fields } = revision;
  if ((createdAt ?? 0) > until) return null;
  return { kind: 'revision', source: `revision ${name}`, ...beforeOf(at, onset), fields };
}

function failedRevision(facts: ChangeFacts): FailedRevision | null {
  const revision = revisionOf(facts);
  if (revision === null || revision.at === null) return null;
  const { at, until } = revision;
  const { templateHash } = facts.record.pod;
  const alike = facts.pods.records.filter(({ pod }) => pod.templateHash === templateHash && (pod.createdAt ?? 0) <= until);
  const onsets = alike.flatMap((other) => onsetOf(facts, other) ?? []).filter((onset) => onset.at >= at - TOLERANCE_MS);
  const onset = newest(onsets, (other) => -other.at);
  if (onset === undefined || !isBefore(at, onset) || failedBefore(facts, at)) return null;
  return { ...revision, at, onset };
}

function once<T>(known: Map<string, T>, key: string, make: () => T): T {
  const before = known.get(key);
  if (before !== undefined) return before;
  const made = make();
  known.set(key, made);
  return made;
}

interface Revision {
  readonly name: string;
  /** When it was rolled out, epoch ms; null where that is not known. */
  readonly at: number | null;
  /** When the next one was, epoch ms: what was made later is not what it brought. */
  readonly until: number;
  readonly fields: Change['fields'];
}

function revisionOf(facts: ChangeFacts): Revision | null {
  const { state, record, pods } = facts;
  const set = revisionOfPod(state, record);
  // A ReplicaSet of nobody, or of something else than a Deployment, has no number.
  if (set === undefined || set.revision === '') return revisionOfPods(facts);
  const revision = revisionOfSet(state, set, pods.records);
  if (revision === null || revision.fields !== null || revision.at === null) return revision;
  const older = olderPod(record, pods.records, revision.at);
  return older === undefined
    ? revision
    : { ...revision, fields: templateChanges(templateOfPod(older.pod), templateOfPod(record.pod)) };
}

// As the ReplicaSets of a Deployment tell it, or the ControllerRevisions of a StatefulSet or DaemonSet.
function revisionOfSet(state: ClusterState, set: Owner, pods: readonly PodRecord[]): Revision | null {
  const facts = revisionFacts(state, set, pods);
  const before = revisionBefore(set, facts);
  if (set.revision === '' || (before === undefined && Number(set.revision) <= 1)) return null;
  const fields = before === undefined ? null : templateChanges(before.template, set.template);
  return { name: set.revision, at: revisionDate(set, facts), until: supersededAt(set, facts), fields };
}

const TIMELESS = { beforeMs: null, isAtMost: false, unseenRuns: 0, began: 'failure' } as const;

/**
 * What the newest revision of a Deployment, StatefulSet or DaemonSet changed, whether or not a container of it fails; null where
 * it is the first, or not known.
 */
export function newestRevision(state: ClusterState, owner: Owner): Change | null {
  const [set] = revisionsOf(state, owner);
  if (set === undefined || (owner.kind === 'Deployment' && set.revision !== owner.revision)) return null;
  const revision = revisionOfSet(state, set, podsOf(state, workloadOfOwner(owner, state.owners).key));
  if (revision === null) return null;
  const { name, at, fields } = revision;
  return { kind: 'revision', source: `revision ${name}`, ...TIMELESS, at, fields };
}

// As the pods themselves tell it, where their owners are not known or keep no templates.
function revisionOfPods({ record, pods: { records: pods } }: ChangeFacts): Revision | null {
  const at = lifeStart(pods.filter(({ pod }) => pod.templateHash === record.pod.templateHash));
  const older = at === null ? undefined : olderPod(record, pods, at);
  if (older === undefined) return null;
  // A StatefulSet puts its own name before the hash.
  const name = record.pod.templateHash.replace(`${record.workload.name}-`, '');
  const fields = templateChanges(templateOfPod(older.pod), templateOfPod(record.pod));
  return { name, at, until: Number.POSITIVE_INFINITY, fields };
}

// The newest pod of another template that was there before then.
function olderPod({ pod }: PodRecord, pods: readonly PodRecord[], at: number): PodRecord | undefined {
  const older = pods.filter(({ pod: other }) => {
    const isOther = other.templateHash !== '' && other.templateHash !== pod.templateHash;
    return isOther && other.createdAt !== null && other.createdAt < at;
  });
  return newest(older, (other) => other.pod.createdAt ?? 0);
}

function newest<T>(items: readonly T[], timeOf: (item: T) => number): T | undefined {
  return items.reduce<T | undefined>(
    (best, item) => (best === undefined || timeOf(item) > timeOf(best) ? item : best),
    undefined,
  );
}

// Did pods of other templates fail at the same place shortly before? Then that trouble was there already.
function failedBefore(facts: ChangeFacts, at: number): boolean {
  const { templateHash } = facts.record.pod;
  return failed(
    facts,
    facts.pods.records.filter(({ pod }) => pod.templateHash !== templateHash),
    at,
  );
}

function failed({ state, container }: ChangeFacts, pods: readonly PodRecord[], at: number): boolean {
  return pods.some((other) => {
    const own = containerOf(other, container);
    if (own === undefined) return false;
    if (own.failure !== null && own.failure.since < at) return true;
    const { ledger } = containerOnOurClock(state, other, own);
    return ledger.some((run, index) => isCrashBefore(run, at) || loopedBefore(ledger[index - 1], run, at));
  });
}

function isCrashBefore(run: Run, at: number): boolean {
  return run.finishedAt !== null && run.finishedAt < at && run.finishedAt >= at - BEFORE_MS && isCrash(run);
}

// Runs that are no longer kept were part of a loop, and followed on each other.
function loopedBefore(before: Run | undefined, run: Run, at: number): boolean {
  if (run.forgottenBefore === 0 || before === undefined) return false;
  return (timeOfRun(before) ?? at) < at && (timeOfRun(run) ?? 0) > at - BEFORE_MS;
}

// The image of the pod itself was edited, so that two runs of it have different ones.
function imageEdit({ state, record, container }: ChangeFacts, onset: Onset): Change | null {
  const own = containerOf(record, container);
  const ledger = own === undefined ? [] : containerOnOurClock(state, record, own).ledger;
  for (let index = ledger.length - 1; index > 0; index--) {
    const [from, to] = [ledger[index - 1]?.image ?? '', ledger[index]?.image ?? ''];
    const at = ledger[index]?.startedAt ?? null;
    if (from === '' || to === '' || from === to || at === null || !isBefore(at, onset)) continue;
    return { kind: 'image-edited', source: 'pod', ...beforeOf(at, onset), fields: [{ path: `${container}: image`, from, to }] };
  }
  return null;
}

// A node is read once a minute: so late may it say that its kubelet has another version.
const VERSION_LATE_MS = 2 * 60_000;

function kubeletStart({ state, record }: ChangeFacts, onset: Onset): Change | null {
  const { nodeName } = record.pod.spec;
  if (onset.isLatest || nodeName === '') return null;
  const starts = state.backoffs.get(nodeName)?.kubeletStarts ?? [];
  const at = starts
    .map((start) => start + skewOf(state, record))
    .findLast((start) => start <= onset.at + TOLERANCE_MS && onset.at - start <= KUBELET_WINDOW_MS);
  // A pod that was made since has nothing that the kubelet could have broken.
  if (at === undefined || (record.pod.createdAt ?? at) >= at) return null;
  const upgrade = state.upgrades.get(nodeName);
  const isUpgrade = upgrade !== undefined && Math.abs(upgrade.at - at) <= VERSION_LATE_MS;
  const fields = isUpgrade ? [{ path: 'kubelet', from: upgrade.from, to: upgrade.to }] : [];
  return { kind: 'kubelet-started', source: `kubelet of ${nodeName}`, ...beforeOf(at, onset), fields };
}

// A StatefulSet's pod keeps its name when it is made anew, on another node perhaps.
function movedNode(facts: ChangeFacts, onset: Onset): Change | null {
  const { record, pods } = facts;
  const { name, createdAt, uid, spec } = record.pod;
  if (record.workload.kind !== 'StatefulSet') return null;
  const earlier = pods.records.filter(({ pod, goneAt }) => goneAt !== null && pod.name === name && pod.uid !== uid);
  const from = newest(earlier, ({ pod }) => pod.createdAt ?? 0)?.pod.spec.nodeName ?? '';
  if (createdAt === null || from === '' || spec.nodeName === '' || from === spec.nodeName) return null;
  if (!isBefore(createdAt, onset) || failed(facts, earlier, createdAt)) return null;
  return {
    kind: 'node',
    source: spec.nodeName,
    ...beforeOf(createdAt, onset),
    fields: [{ path: 'node', from, to: spec.nodeName }],
  };
}

function otherNode(facts: ChangeFacts): Change | null {
  const { record, container, pods } = facts;
  const { templateHash, spec } = record.pod;
  return once(pods.nodes, `${container} ${templateHash} ${spec.nodeName}`, () => onlyNode(facts));
}

// Of one template: two or more in trouble, all on one node, and two or more elsewhere that are well.
function onlyNode(facts: ChangeFacts): Change | null {
  const { record, container, pods } = facts;
  const { nodeName } = record.pod.spec;
  const alike = pods.records.filter(
    (other) => other.goneAt === null && other.pod.deletionAt === null && other.pod.templateHash === record.pod.templateHash,
  );
  const here = alike.filter((other) => other.pod.spec.nodeName === nodeName);
  const elsewhere = alike.filter((other) => other.pod.spec.nodeName !== nodeName);
  const isWell = (other: PodRecord) => containerOf(other, container)?.status?.ready === true && onsetOf(facts, other) === null;
  if (nodeName === '' || here.length < 2 || elsewhere.length < 2) return null;
  if (here.some((other) => onsetOf(facts, other) === null) || !elsewhere.every(isWell)) return null;
  return { kind: 'node', source: nodeName, ...TIMELESS, at: null, fields: [] };
}
