import type { CauseId } from '../model/cause.ts';
import type { Run } from '../model/ledger.ts';
import type { KubeEvent } from '../model/resources.ts';
import { BOOTS_WITHIN_MS, endedByReboot, isLost } from '../model/stopped-runs.ts';
import { LOOP_WINDOW_MS } from '../model/trouble.ts';
import { hourAndMinute } from '../text/duration.ts';
import { skewOf } from '../timeline/node-clocks.ts';
import { backoffOf, type ClusterState, type ContainerRecord, eventsOfNode, type PodRecord } from '../timeline/state.ts';
import { healthyEntry, newSinceOf, type TableEntry } from './entry.ts';
import { causeAt, containerKey, impactAt } from './problems.ts';

/** An incident on a node that ended or blocked many of its containers: one problem. */
export interface NodeTrouble {
  /** `node-trouble:<node>`. */
  readonly key: string;
  readonly node: string;
  /** What happened, and when: "rebooted at 14:02". */
  readonly summary: string;
  /** The evidence for it. */
  readonly evidence: string;
  /** When the first of its containers ended or was blocked, epoch ms. */
  readonly since: number;
  /** The entry keys of its containers. */
  readonly members: ReadonlySet<string>;
}

/** A container that ended, or cannot start, because of its node. Epoch ms on the node's clock. */
interface Victim {
  readonly record: PodRecord;
  readonly container: ContainerRecord;
  readonly at: number;
  readonly is: 'ended' | 'blocked';
}

// A single container, or the pods of one workload, have reasons of their own.
const MIN_PODS = 3;
const MIN_WORKLOADS = 2;
// A shutdown stops containers within their grace period (30 s by default); some take longer.
const TOGETHER_MS = 60_000;

/** The list, plus containers that a node incident ended without a loop, plus those incidents. */
export interface WithNodeTroubles {
  readonly entries: readonly TableEntry[];
  readonly nodeTroubles: readonly NodeTrouble[];
}

/**
 * Finds nodes that ended or blocked containers of several workloads at once within the trouble
 * window: a reboot, a lost kubelet or runtime, a network plug-in that is down.
 *
 * A container belongs to the incident if the node caused all of its ends in the window. If it
 * looped before, or crashes again by itself, it keeps a row of its own. If nothing else is wrong
 * with it, it is listed as restarting, under its node.
 * @param listed what is in trouble at `now` (epoch ms).
 */
export function withNodeTroubles(state: ClusterState, listed: readonly TableEntry[], now: number): WithNodeTroubles {
  const nodeTroubles: NodeTrouble[] = [];
  const known = new Set(listed.map((e) => e.key));
  const added: TableEntry[] = [];
  for (const [node, victims] of victimsByNode(state, now)) {
    const together = victimsTogether(victims);
    const [first] = together;
    if (first === undefined) continue;
    const skewMs = skewOf(state, first.record);
    const since = Math.min(...together.map((v) => v.at)) + skewMs;
    nodeTroubles.push({
      key: `node-trouble:${node}`,
      node,
      ...textFor(state, node, together, skewMs, now),
      since,
      members: new Set(together.map(keyOf)),
    });
    for (const victim of together) {
      if (known.has(keyOf(victim))) continue;
      const { record, container, at } = victim;
      const trouble = { state: 'restarting', kind: 'crash', since: at + skewMs, sinceIsBound: false } as const;
      const cause = causeAt(state, record, container, now);
      const impact = impactAt(state, record.workload, trouble.since, now);
      added.push({ ...healthyEntry(state, record, container), trouble, cause, impact });
    }
  }
  return { entries: added.length === 0 ? listed : [...listed, ...added], nodeTroubles };
}

/** Counts the troubles that started after a time (epoch ms); each node incident counts once. */
export function countSince(entries: readonly TableEntry[], nodeTroubles: readonly NodeTrouble[], since: number): number {
  const isOfNode = (entry: TableEntry) => nodeTroubles.some((t) => t.members.has(entry.key));
  const own = entries.filter((e) => newSinceOf(e) > since && !isOfNode(e));
  return own.length + nodeTroubles.filter((t) => t.since > since).length;
}

function keyOf({ record, container }: Victim): string {
  return containerKey(record, container);
}

function victimsByNode(state: ClusterState, now: number): Map<string, Victim[]> {
  const byNode = new Map<string, Victim[]>();
  for (const record of state.unhealthyCandidates.values()) {
    const { pod } = record;
    const isOver = record.goneAt !== null || pod.phase === 'Succeeded' || pod.phase === 'Failed';
    if (isOver || pod.spec.nodeName === '') continue;
    for (const container of record.containers) {
      const victim = victimOf(state, record, container, now);
      if (victim === null) continue;
      const others = byNode.get(pod.spec.nodeName);
      if (others === undefined) byNode.set(pod.spec.nodeName, [victim]);
      else others.push(victim);
    }
  }
  return byNode;
}

function victimOf(state: ClusterState, record: PodRecord, container: ContainerRecord, now: number): Victim | null {
  const { ledger, failure } = container;
  if (failure?.kind === 'sandbox') return { record, container, at: failure.since - skewOf(state, record), is: 'blocked' };
  let at: number | null = null;
  const from = now - skewOf(state, record) - LOOP_WINDOW_MS;
  for (let i = ledger.length - 1; i >= 0; i--) {
    const run = ledger[i] as Run;
    if (!run.ended) continue;
    const endedAt = endOf(state, record, container, i);
    if (endedAt === null || endedAt <= from) break;
    if (!isOfNode(state, record, container, i, now)) return null;
    at ??= endedAt;
  }
  return at === null ? null : { record, container, at, is: 'ended' };
}

// The API gives no times for a run that the kubelet lost: it was over when the next one started, or
// when the kubelet came back.
function endOf(state: ClusterState, record: PodRecord, { ledger }: ContainerRecord, index: number): number | null {
  return (
    ledger[index]?.finishedAt ?? ledger[index + 1]?.startedAt ?? kubeletStartsOf(state, record.pod.spec.nodeName).at(-1) ?? null
  );
}

function kubeletStartsOf(state: ClusterState, node: string): readonly number[] {
  return backoffOf(state, node).kubeletStarts;
}

const FROM_OUTSIDE: ReadonlySet<number | null> = new Set([0, 137, 143]);
const OF_NODE: ReadonlySet<CauseId> = new Set<CauseId>(['node-not-ready', 'kubelet-restarted', 'sandbox']);

function isOfNode(state: ClusterState, record: PodRecord, container: ContainerRecord, index: number, now: number): boolean {
  const { ledger } = container;
  const run = ledger[index] as Run;
  if (isLost(run)) return true;
  if (!FROM_OUTSIDE.has(run.exitCode) || run.reason === 'OOMKilled') return false;
  const isNewest = !ledger.slice(index + 1).some((r) => r.ended);
  const cause = isNewest ? (causeAt(state, record, container, now)?.id ?? null) : null;
  if (cause !== null && OF_NODE.has(cause)) return true;
  const isExplained = cause === 'liveness-kill' || cause === 'startup-kill' || cause === 'resized' || cause === 'image-edited';
  return !isExplained && run.finishedAt !== null && endedByReboot(run, ledger[index + 1], rebootsOf(state, record));
}

function rebootsOf(state: ClusterState, { pod }: PodRecord): readonly KubeEvent[] {
  return eventsOfNode(state, pod.spec.nodeName).filter((event) => event.reason === 'Rebooted');
}

function victimsTogether(victims: readonly Victim[]): readonly Victim[] {
  const blocked = victims.filter((v) => v.is === 'blocked');
  const ended = spellsOf(victims.filter((v) => v.is === 'ended'))
    .filter(isOfMany)
    .flat();
  if (ended.length > 0) return [...ended, ...blocked];
  return isOfMany(blocked) ? blocked : [];
}

// Groups ends that lie within a minute of the first of them.
function spellsOf(victims: readonly Victim[]): Victim[][] {
  const spells: Victim[][] = [];
  for (const victim of victims.toSorted((a, b) => a.at - b.at)) {
    const spell = spells.at(-1);
    if (spell !== undefined && victim.at - (spell[0] as Victim).at <= TOGETHER_MS) spell.push(victim);
    else spells.push([victim]);
  }
  return spells;
}

function isOfMany(victims: readonly Victim[]): boolean {
  const pods = new Set(victims.map((v) => v.record.pod.uid));
  const workloads = new Set(victims.map((v) => v.record.workload.key));
  return pods.size >= MIN_PODS && workloads.size >= MIN_WORKLOADS;
}

function textFor(
  state: ClusterState,
  name: string,
  victims: readonly Victim[],
  skewMs: number,
  now: number,
): Pick<NodeTrouble, 'summary' | 'evidence'> {
  const node = state.nodes.get(name);
  if (node !== undefined && node.ready !== '' && node.ready !== 'True') {
    const since = node.readySince === null ? '' : ` since ${hourAndMinute(node.readySince)}`;
    return { summary: `not ready${since}`, evidence: `node ${name}: condition Ready=${node.ready}${since}` };
  }
  const ends = victims.filter((v) => v.is === 'ended').map((v) => v.at);
  const [example] = victims as [Victim, ...Victim[]];
  if (ends.length === 0) {
    const cause = causeAt(state, example.record, example.container, now);
    return {
      summary: `cannot create sandboxes: ${cause?.summary ?? 'no details known'}`,
      evidence: cause?.evidence.at(-1) ?? '',
    };
  }
  const last = Math.max(...ends);
  const isNear = (at: number) => at >= last - BOOTS_WITHIN_MS && at <= last + BOOTS_WITHIN_MS;
  const boot = eventsOfNode(state, name).findLast((e) => e.reason === 'Rebooted' && isNear(e.lastAt));
  if (boot !== undefined) {
    const at = hourAndMinute(boot.lastAt + skewMs);
    return { summary: `rebooted at ${at}`, evidence: `event Rebooted at ${at}: ${boot.message.split('\n', 1)[0]}` };
  }
  const start = kubeletStartsOf(state, name).findLast(isNear);
  if (start !== undefined) {
    const at = hourAndMinute(start + skewMs);
    return { summary: `restarted at ${at}`, evidence: `its kubelet started at ${at} and had lost its containers` };
  }
  return {
    summary: `lost its containers at ${hourAndMinute(last + skewMs)}`,
    evidence: `containers of several workloads ended together, with no recorded times: ${example.record.pod.name} and others`,
  };
}
