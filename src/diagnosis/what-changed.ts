import type { Owner } from '../model/resources.ts';
import { templateChanges, templateOfPod } from '../model/template-changes.ts';
import { podsOf } from '../timeline/members.ts';
import { containerOnOurClock, skewOf } from '../timeline/node-clocks.ts';
import type { ClusterState, PodRecord } from '../timeline/state.ts';
import { workloadOfOwner } from '../timeline/workload.ts';
import type { Change, ChangeFacts, FailedRevision, Onset, Revision, WorkloadPods } from './change.ts';
import { beforeOf, containerOf, failed, isBefore, newest, once, onsetOf, TIMELESS, TOLERANCE_MS } from './change-onset.ts';
import { configChanges } from './config-changes.ts';
import { revisionOfPod, revisionsOf } from './owners.ts';
import { lifeStart, revisionBefore, revisionDate, revisionFacts, supersededAt } from './revision-date.ts';
import type { Subject } from './subject.ts';

// A kubelet that comes back checks every container at once: what it breaks, breaks within this.
const KUBELET_WINDOW_MS = 2 * 60_000;

/** The known pods of a pod's workload, past and present. */
export function podsOfWorkload(state: ClusterState, { workload }: PodRecord): WorkloadPods {
  return workloadPods(podsOf(state, workload.key));
}

/** @param records all known pods of one workload. */
function workloadPods(records: readonly PodRecord[]): WorkloadPods {
  return { records, revisions: new Map(), nodes: new Map(), configs: new Map(), onsets: new Map() };
}

/** The inputs for the changes before a container's trouble. */
export function changeFactsOf({ state, entry, now }: Subject): ChangeFacts {
  const { record, container } = entry;
  return { state, record, container: container.name, now, pods: podsOfWorkload(state, record) };
}

/**
 * What changed shortly before a container's trouble started, newest first; empty without trouble.
 */
export function whatChanged(facts: ChangeFacts): readonly Change[] {
  const own = onsetOf(facts, facts.record);
  if (own === null) return [];
  return [revisionChange(facts, own), imageEdit(facts, own), kubeletStart(facts, own), movedNode(facts, own), otherNode(facts)]
    .filter((change) => change !== null)
    .concat(configChanges(facts, own))
    .sort((a, b) => (b.at ?? 0) - (a.at ?? 0));
}

// The pods of one revision fail together: the first failure dates them all.
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

function revisionOf(facts: ChangeFacts): Revision | null {
  const { state, record, pods } = facts;
  const set = revisionOfPod(state, record);
  // A ReplicaSet without an owner, or owned by something other than a Deployment, has no number.
  if (set === undefined || set.revision === '') return revisionOfPods(facts);
  const revision = revisionOfSet(state, set, pods.records);
  if (revision === null || revision.fields !== null || revision.at === null) return revision;
  const older = olderPod(record, pods.records, revision.at);
  return older === undefined
    ? revision
    : { ...revision, fields: templateChanges(templateOfPod(older.pod), templateOfPod(record.pod)) };
}

// From the ReplicaSets of a Deployment, or the ControllerRevisions of a StatefulSet or DaemonSet.
function revisionOfSet(state: ClusterState, set: Owner, pods: readonly PodRecord[]): Revision | null {
  const facts = revisionFacts(state, set, pods);
  const before = revisionBefore(set, facts);
  if (set.revision === '' || (before === undefined && Number(set.revision) <= 1)) return null;
  const fields = before === undefined ? null : templateChanges(before.template, set.template);
  return { name: set.revision, at: revisionDate(set, facts), until: supersededAt(set, facts), fields };
}

/**
 * What the newest revision of a Deployment, StatefulSet or DaemonSet changed, whether or not a
 * container fails; null if it is the first, or unknown.
 */
export function newestRevision(state: ClusterState, owner: Owner): Change | null {
  const [set] = revisionsOf(state, owner);
  if (set === undefined || (owner.kind === 'Deployment' && set.revision !== owner.revision)) return null;
  const revision = revisionOfSet(state, set, podsOf(state, workloadOfOwner(owner, state.owners).key));
  if (revision === null) return null;
  const { name, at, fields } = revision;
  return { kind: 'revision', source: `revision ${name}`, ...TIMELESS, at, fields };
}

// From the pods themselves, if their owners are unknown or keep no templates.
function revisionOfPods({ record, pods: { records: pods } }: ChangeFacts): Revision | null {
  const at = lifeStart(pods.filter(({ pod }) => pod.templateHash === record.pod.templateHash));
  const older = at === null ? undefined : olderPod(record, pods, at);
  if (older === undefined) return null;
  // A StatefulSet prefixes the hash with its own name.
  const name = record.pod.templateHash.replace(`${record.workload.name}-`, '');
  const fields = templateChanges(templateOfPod(older.pod), templateOfPod(record.pod));
  return { name, at, until: Number.POSITIVE_INFINITY, fields };
}

// The newest pod of another template that existed before that.
function olderPod({ pod }: PodRecord, pods: readonly PodRecord[], at: number): PodRecord | undefined {
  const older = pods.filter(({ pod: other }) => {
    const isOther = other.templateHash !== '' && other.templateHash !== pod.templateHash;
    return isOther && other.createdAt !== null && other.createdAt < at;
  });
  return newest(older, (other) => other.pod.createdAt ?? 0);
}

// If pods of other templates failed at the same place shortly before, that trouble is older.
function failedBefore(facts: ChangeFacts, at: number): boolean {
  const { templateHash } = facts.record.pod;
  return failed(
    facts,
    facts.pods.records.filter(({ pod }) => pod.templateHash !== templateHash),
    at,
  );
}

// If the pod's image was edited, two of its runs have different images.
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

// A node is read once a minute, so its new kubelet version may show up this late.
const VERSION_LATE_MS = 2 * 60_000;

function kubeletStart({ state, record }: ChangeFacts, onset: Onset): Change | null {
  const { nodeName } = record.pod.spec;
  if (onset.isLatest || nodeName === '') return null;
  const starts = state.backoffs.get(nodeName)?.kubeletStarts ?? [];
  const at = starts
    .map((start) => start + skewOf(state, record))
    .findLast((start) => start <= onset.at + TOLERANCE_MS && onset.at - start <= KUBELET_WINDOW_MS);
  // The kubelet start cannot have broken a pod that was created later.
  if (at === undefined || (record.pod.createdAt ?? at) >= at) return null;
  const upgrade = state.upgrades.get(nodeName);
  const isUpgrade = upgrade !== undefined && Math.abs(upgrade.at - at) <= VERSION_LATE_MS;
  const fields = isUpgrade ? [{ path: 'kubelet', from: upgrade.from, to: upgrade.to }] : [];
  return { kind: 'kubelet-started', source: `kubelet of ${nodeName}`, ...beforeOf(at, onset), fields };
}

// A recreated StatefulSet pod keeps its name, perhaps on another node.
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

// Within one template: two or more pods in trouble, all on one node, and two or more healthy ones
// elsewhere.
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
