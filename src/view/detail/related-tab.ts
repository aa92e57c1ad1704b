import { type Entry, isWorkloadEntry, type TableEntry, troubledSince } from '../../diagnosis/entry.ts';
import { isMadeOf, ownersOf, revisionOfPod, revisionsOf } from '../../diagnosis/owners.ts';
import { type RevisionFacts, revisionDate } from '../../diagnosis/revision-date.ts';
import { hiddenBecause, type Subject, type WorkloadSubject } from '../../diagnosis/subject.ts';
import { kubectlColumns } from '../../model/kubectl-columns.ts';
import type { Owner } from '../../model/resources.ts';
import { templateChanges } from '../../model/template-changes.ts';
import { counted, duration, grouped } from '../../text/duration.ts';
import { podsOf } from '../../timeline/members.ts';
import { type ClusterState, hiddenIn, kubeletVersionOf, type PodRecord } from '../../timeline/state.ts';
import { workloadOfOwner } from '../../timeline/workload.ts';
import { describeField } from '../../wording/changes.ts';
import { shortClockSkew } from '../../wording/clock.ts';
import { timeAgo } from '../../wording/runs.ts';
import { whyText } from '../../wording/why.ts';
import { span } from '../lines/fit-line.ts';
import type { Line, Tone } from '../lines/line.ts';
import { marked } from '../lines/paragraph.ts';
import { type SmallTable, tableWithoutGrid } from '../lines/small-table.ts';
import { wrap } from '../lines/wrap.ts';
import { linkedPane, type Pane } from './pane.ts';
import { asRow, isInTrouble, type Target, targetInPod, targetOf } from './rows.ts';

/** The surroundings of a container: a subject, and the other entries. */
export interface RelatedFacts extends Subject {
  /** All problems at that time. */
  readonly problems: readonly TableEntry[];
  /** The API server's: kubectl's columns depend on it; null if unknown. */
  readonly serverVersion: string | null;
}

const NARROW = 100;

// More rows are of no use, and each frame would make them; a line says how many are left out.
const MAX_ROWS = 100;

/**
 * The Related tab: the pod's owners and their revisions, its siblings, other failures with the same
 * cause, and other failures on its node.
 */
export function relatedPane(facts: RelatedFacts, width: number): Pane {
  const blocks = [
    ownerBlock(facts, width),
    revisionBlock(facts, width),
    siblingBlock(facts, width),
    causeBlock(facts, width),
    nodeBlock(facts, width),
  ];
  return linkedPane(blocks.flatMap((block, index) => (index === 0 ? block : [[], ...block])));
}

/** The surroundings of a workload with a problem of its own. */
export type RelatedWorkload = WorkloadSubject & Pick<RelatedFacts, 'serverVersion' | 'problems'>;

/**
 * The Related tab of a workload whose problem no pod shows: its summary, its revisions, and its
 * pods.
 */
export function workloadRelatedPane(facts: RelatedWorkload, width: number): Pane {
  const { state, entry } = facts;
  const { kind, name, key } = entry.workload;
  const owner = state.statuses.get(key)?.owner;
  const pods = existingPodsOf(state, key);
  const known: Line[] =
    owner === undefined
      ? sentence(`${kind} ${name} has not been read`, width)
      : [...ownerLines([owner], facts, width), [], ...revisionLines(owner, facts, { own: '', container: '' }, width)];
  const has =
    pods.length === 0
      ? sentence(`pods: none of ${kind} ${name} is known to exist`, width)
      : [...heading(`${counted(pods.length, 'pod')} of ${kind} ${name}`, width), ...podTable(pods, facts, width)];
  return linkedPane([...known, [], ...has]);
}

function ownerBlock(facts: RelatedFacts, width: number): Line[] {
  const { state, entry } = facts;
  const { controller } = entry.record.pod;
  if (controller === null) return sentence('owner: none, so nothing recreates this pod if it goes away', width);
  const owners = ownersOf(state, entry.record);
  if (owners.length === 0) {
    const hidden = hiddenBecause(facts, 'owners');
    const why = hidden === null ? 'has not been read' : `is hidden: ${hidden}`;
    return sentence(`owner: ${controller.kind} ${controller.name}, which ${why}`, width);
  }
  return ownerLines(owners, facts, width);
}

/** The input of a part of the tab, for a container or a workload. */
type Around = Pick<RelatedFacts, 'state' | 'now' | 'problems' | 'serverVersion'> & { readonly entry: TableEntry };

function ownerLines(owners: readonly Owner[], facts: Around, width: number): Line[] {
  const { key } = facts.entry.workload;
  const lines = owners.map((owner) => {
    const isOf = (e: Entry) => (owner.kind === 'ReplicaSet' ? isMadeOf(e.record.pod, owner) : e.workload.key === key);
    const [first = [], ...rest] = marked('   ', ownerText(owner, facts.now), width - 1);
    return [asRow(first, `owner ${owner.uid}`, firstTroubled(facts, isOf)), ...rest];
  });
  return [...heading('owner', width), ...lines.flat()];
}

// The first problem by name, except the subject of the drill-down.
function firstTroubled({ problems, entry }: Around, isOf: (entry: Entry) => boolean): Target | null {
  const names = (e: Entry) => `${e.record.pod.name} ${e.container.name}`;
  const found = problems.filter(isInTrouble).filter((e) => e.key !== entry.key && isOf(e));
  const [first] = found.toSorted((a, b) => (names(a) < names(b) ? -1 : 1));
  return first === undefined ? null : targetOf(first);
}

function ownerText(owner: Owner, now: number): string {
  const { kind, name, revision, desired, available, updated, createdAt, isPaused } = owner;
  const parts = [
    revision === '' ? '' : `revision ${revision}`,
    desired === null ? '' : `${grouped(desired)} wanted`,
    available === null ? '' : `${grouped(available)} available`,
    updated === null || kind === 'ReplicaSet' ? '' : `${grouped(updated)} of the newest template`,
    isPaused ? 'paused' : '',
    createdAt === null ? '' : `made at ${timeAgo(createdAt, now)}`,
  ];
  return [`${kind} ${name}`, ...parts.filter((part) => part !== '')].join(' · ');
}

function revisionBlock(facts: RelatedFacts, width: number): Line[] {
  const { state, entry } = facts;
  if (entry.record.pod.controller === null) return sentence('revisions: none, the pod is not part of a workload', width);
  const [controller, above] = ownersOf(state, entry.record);
  if (controller === undefined) return sentence('revisions: unknown, like its owner', width);
  const own = revisionOfPod(state, entry.record)?.uid ?? '';
  return revisionLines(above ?? controller, facts, { own, container: entry.container.name }, width);
}

/**
 * The perspective of the revision table: which revision is the pod's own ('' without a pod), and
 * which container's fields are meant.
 */
interface RevisionLook {
  readonly own: string;
  readonly container: string;
}

const REVISION_KINDS: Readonly<Record<string, string>> = {
  Deployment: 'ReplicaSet',
  StatefulSet: 'ControllerRevision',
  DaemonSet: 'ControllerRevision',
};

function revisionLines(owner: Owner, around: Around, { own, container }: RevisionLook, width: number): Line[] {
  const { state, now } = around;
  const kind = REVISION_KINDS[owner.kind];
  if (kind === undefined) return sentence(`revisions: a ${owner.kind} has none`, width);
  const revisions = revisionsOf(state, owner);
  if (revisions.length === 0) {
    const hidden = kind === 'ControllerRevision' ? hiddenIn(state, 'revisions', owner.namespace) : null;
    const why = hidden === null ? 'has been read' : `is visible: ${hidden}`;
    return sentence(`revisions: no ${kind} of ${owner.kind} ${owner.name} ${why}`, width);
  }
  const facts = { state, sets: revisions, pods: podsOf(state, workloadOfOwner(owner, state.owners).key) };
  const rows = revisions.map((r) => [
    r.uid === own ? '▸' : '',
    r.revision,
    r.name,
    madeText(r, facts, now),
    r.kind === 'ReplicaSet' ? `${r.available ?? '?'}/${r.desired ?? '?'}` : '',
    imagesText(r, width),
  ]);
  const headings = ['', 'REVISION', kind.toUpperCase(), 'MADE', kind === 'ReplicaSet' ? 'AVAILABLE' : '', 'IMAGES'];
  const [titles, ...lines] = tableWithoutGrid({ headings, rows }, width);
  const targets = revisions.map((revision) => firstTroubled(around, (e) => isMadeOf(e.record.pod, revision)));
  const changes = revisions.map((revision, index) => changeLines(revisions[index + 1], revision, container, width));
  return [
    ...heading(`revisions of ${owner.kind} ${owner.name}`, width),
    titles ?? [],
    ...lines.flatMap((line, index) => [asRow(line, 'revision', targets[index] ?? null), ...(changes[index] ?? [])]),
  ];
}

// An undo reuses an old revision: its creation is not its latest rollout.
function madeText(revision: Owner, facts: RevisionFacts, now: number): string {
  const { createdAt } = revision;
  if (createdAt === null) return '';
  const ago = `${duration(now - createdAt)} ago`;
  const at = revisionDate(revision, facts);
  if (at === null) return `${ago}, reused`;
  return at - createdAt < SAME_MS ? ago : `${ago}, again ${duration(now - at)} ago`;
}

// Times of the API are whole seconds.
const SAME_MS = 2000;

// The name and the tag matter most: the part before them is dropped first.
function imagesText({ images }: Owner, width: number): string {
  return images.map((image) => (width < NARROW ? image.slice(image.lastIndexOf('/') + 1) : image)).join(' ');
}

// The changes of a revision against the one below it; none for the oldest, whose predecessor is
// unknown.
function changeLines(before: Owner | undefined, after: Owner, container: string, width: number): Line[] {
  if (before === undefined) return [];
  const fields = templateChanges(before.template, after.template);
  const words = [...new Set(fields.map((field) => describeField(field, container, fields)))];
  const text = words.length === 0 ? 'its changes are not kept: args or environment values' : words.join(', ');
  return marked('     ≠ ', text, width - 2, 'warn');
}

function siblingBlock(facts: RelatedFacts, width: number): Line[] {
  const { workload, pod } = facts.entry.record;
  if (workload.kind === 'Pod') return sentence('siblings: none, the pod is not part of a workload', width);
  const siblings = existingPodsOf(facts.state, workload.key).filter((r) => r.pod.uid !== pod.uid);
  const of = `${workload.kind} ${workload.name}`;
  if (siblings.length === 0) return sentence(`siblings: none, it is the only known pod of ${of}`, width);
  return [...heading(`${counted(siblings.length, 'sibling')}, of ${of}`, width), ...podTable(siblings, facts, width)];
}

function existingPodsOf(state: ClusterState, workload: string): PodRecord[] {
  return podsOf(state, workload).filter((r) => r.goneAt === null);
}

function podTable(pods: readonly PodRecord[], { now, serverVersion, problems, entry }: Around, width: number): Line[] {
  const shown = pods.toSorted((a, b) => (a.pod.name < b.pod.name ? -1 : 1)).slice(0, MAX_ROWS);
  const rows = shown.map((record) => siblingRow(record, now, serverVersion));
  const headings = ['POD', 'READY', 'STATUS', 'RESTARTS', 'AGE', 'NODE'];
  const name = isWorkloadEntry(entry) ? '' : entry.container.name;
  const targets = shown.map((record) => targetInPod(problems, record, name));
  return [...opening({ headings, rows }, 'pod', targets, width), ...leftOut(pods.length)];
}

// A table whose rows open their containers.
function opening(table: SmallTable, list: string, targets: readonly (Target | null)[], width: number): Line[] {
  const [headings = [], ...lines] = tableWithoutGrid(table, width);
  return [headings, ...lines.map((line, index) => asRow(line, list, targets[index] ?? null))];
}

function siblingRow({ pod }: PodRecord, now: number, serverVersion: string | null): string[] {
  const { ready, status, restarts, age } = kubectlColumns(pod, now, serverVersion);
  return [pod.name, ready, status, restarts, age, pod.spec.nodeName];
}

function nodeBlock(facts: RelatedFacts, width: number): Line[] {
  const { state, entry } = facts;
  const { pod } = entry.record;
  const name = pod.spec.nodeName;
  if (name === '') return sentence('same node: none, it is on no node yet', width);
  let others = 0;
  for (const r of state.pods.values()) if (r.goneAt === null && r.pod.spec.nodeName === name && r.pod.uid !== pod.uid) others++;
  const troubled = elsewhere(facts).filter((p) => p.record.pod.spec.nodeName === name);
  const version = kubeletVersionOf(state, name);
  const ready = state.nodes.get(name)?.ready ?? '';
  const clock = shortClockSkew(state, entry.record);
  const node = [
    name,
    ready === '' ? 'its state is not known' : ready === 'True' ? 'Ready' : `Ready is ${ready}`,
    ...(version === '' ? [] : [`kubelet ${version}`]),
    ...(clock === '' ? [] : [clock]),
  ].join(' · ');
  const count = others === 0 ? 'no other watched pod' : counted(others, 'other pod');
  const trouble = troubled.length === 0 ? 'nothing else in trouble' : `${counted(troubled.length, 'container')} in trouble`;
  return [...heading(`same node, ${node}: ${count}, ${trouble}`, width), ...entryTable(facts, 'node', troubled, width)];
}

function causeBlock(facts: RelatedFacts, width: number): Line[] {
  const { cause, record } = facts.entry;
  if (cause === null) return sentence('same cause: none, because its own is unknown', width);
  const same = elsewhere(facts).filter((p) => p.cause?.id === cause.id && p.workload.key !== record.workload.key);
  if (same.length === 0) return sentence(`same cause: nothing outside ${record.workload.name} fails with ${cause.id}`, width);
  const count = `${counted(same.length, 'container')} of other workloads`;
  return [...heading(`same cause, ${cause.id}: ${count}`, width), ...entryTable(facts, 'cause', same, width)];
}

// The other unhealthy containers.
function elsewhere({ problems, entry }: RelatedFacts): Entry[] {
  return problems.filter(isInTrouble).filter((p) => p.key !== entry.key);
}

function entryTable({ now }: RelatedFacts, list: string, entries: readonly Entry[], width: number): Line[] {
  if (entries.length === 0) return [];
  const shown = entries.toSorted((a, b) => (troubledSince(b) ?? 0) - (troubledSince(a) ?? 0)).slice(0, MAX_ROWS);
  const rows = shown.map((entry) => entryRow(entry, now));
  const table = { headings: ['POD', 'CONTAINER', 'STATE', 'FOR', 'WHY'], rows };
  return [...opening(width < NARROW ? withoutState(table) : table, list, shown.map(targetOf), width), ...leftOut(entries.length)];
}

function entryRow(entry: Entry, now: number): string[] {
  const { pod } = entry.record;
  const since = troubledSince(entry);
  const age = since === null ? '' : duration(now - since);
  return [`${pod.namespace}/${pod.name}`, entry.container.name, entry.trouble?.state ?? '', age, whyText(entry)];
}

// The cause matters more than the container and its state.
function withoutState({ headings, rows }: SmallTable): SmallTable {
  const [container, state] = [1, 2];
  const kept = (cells: readonly string[]) => cells.filter((_, i) => i !== container && i !== state);
  return { headings: kept(headings), rows: rows.map(kept) };
}

function leftOut(count: number): Line[] {
  return count <= MAX_ROWS ? [] : [[span(` … ${grouped(count - MAX_ROWS)} more`, 'dim')]];
}

function heading(text: string, width: number): Line[] {
  return sentence(text, width, 'strong');
}

function sentence(text: string, width: number, tone: Tone = 'dim'): Line[] {
  return wrap(text, width - 2).map((row) => [span(` ${row}`, tone)]);
}
