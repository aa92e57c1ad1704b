import { isCombined } from '../model/evidence/event-message.ts';
import type { KubeEvent, Owner } from '../model/resources.ts';
import { TRUNCATION_MS } from '../text/json.ts';
import type { ClusterState, PodRecord } from '../timeline/state.ts';
import { isMadeOf, revisionsOf } from './owners.ts';

// How long a ReplicaSet that was scaled up may take to create its first pod.
const SCALED_MS = 5000;

/** The known revisions of one workload, and its known pods, past and present. */
export interface RevisionFacts {
  readonly state: ClusterState;
  /** Newest first. */
  readonly sets: readonly Owner[];
  readonly pods: readonly PodRecord[];
}

/** The facts about a revision's workload. */
export function revisionFacts(state: ClusterState, { controller }: Owner, pods: readonly PodRecord[]): RevisionFacts {
  return { state, sets: controller === null ? [] : revisionsOf(state, controller), pods };
}

/**
 * When a revision was rolled out, epoch ms; null if unknown. An undo reuses an old object and
 * raises its number (SetNewReplicaSetAnnotations in deployment_util.go, UpdateControllerRevision).
 * Such an object is older than its revision. It is dated by the start of its unbroken series of
 * pods, if its Deployment reports that it was scaled up for them.
 */
export function revisionDate(set: Owner, facts: RevisionFacts): number | null {
  if (set.numberedAt !== null) return set.numberedAt;
  const before = facts.sets.filter((other) => other.uid !== set.uid && hadNumberBelow(other, Number(set.revision)));
  return isTakenUpAgain(set, before) ? dateByPods(set, before, facts) : set.createdAt;
}

/**
 * When the next revision was rolled out, epoch ms, or the earliest it may have been; Infinity if
 * none is known.
 */
export function supersededAt(set: Owner, facts: RevisionFacts): number {
  const begun = set.createdAt ?? 0;
  const later = facts.sets.filter((other) => Number(other.revision) > Number(set.revision));
  const times = later.map((other) => revisionDate(other, facts) ?? lifeStart(podsOf(other, facts)) ?? 0);
  return Math.min(Number.POSITIVE_INFINITY, ...times.filter((at) => at > begun));
}

/** The revision that this one replaced; undefined if unknown. */
export function revisionBefore(set: Owner, { sets }: RevisionFacts): Owner | undefined {
  const number = Number(set.revision);
  const numbered = sets
    .filter((other) => other.uid !== set.uid)
    .map((other) => ({ other, number: Math.max(...numbersOf(other).filter((n) => n < number)) }))
    .filter((candidate) => candidate.number > 0)
    .sort((a, b) => b.number - a.number);
  if (numbered[0] !== undefined) return numbered[0].other;
  // Without a history of its numbers, take the newest of the older ones.
  return sets
    .filter((other) => other.uid !== set.uid && (other.createdAt ?? 0) < (set.createdAt ?? 0))
    .sort((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0))[0];
}

function numbersOf({ revision, earlierRevisions }: Owner): readonly number[] {
  return [...earlierRevisions, Number(revision)];
}

function hadNumberBelow(set: Owner, number: number): boolean {
  return numbersOf(set).some((n) => n < number);
}

function isTakenUpAgain(set: Owner, before: readonly Owner[]): boolean {
  return set.earlierRevisions.length > 0 || before.some((other) => (other.createdAt ?? 0) > (set.createdAt ?? 0));
}

function dateByPods(set: Owner, before: readonly Owner[], facts: RevisionFacts): number | null {
  // The other revisions existed when this one was reused, and the last of them was rolled out.
  const last = before.find((other) => Number(other.revision) < Number(set.revision));
  const lastAt = last === undefined ? null : revisionDate(last, facts);
  const after = Math.max(lastAt ?? 0, set.createdAt ?? 0, ...before.map((other) => other.createdAt ?? 0));
  const at = lifeStart(podsOf(set, facts));
  // Older pods show that it never scaled to zero, so they do not date its reuse.
  if (at === null || before.length === 0 || at <= after) return null;
  return wasScaledUp(set, at, facts) && hasMovedSince(set, at, facts) ? at : null;
}

function podsOf(set: Owner, { pods }: RevisionFacts): readonly PodRecord[] {
  return pods.filter(({ pod }) => isMadeOf(pod, set));
}

// The Deployment's events say so. Events about pods that replace others say nothing. If another
// revision was scaled up later, or this one down, another rollout came in between. Combined events
// (client-go) hide their details, so assume the same of them.
function wasScaledUp({ controller, name }: Owner, at: number, { state }: RevisionFacts): boolean {
  const scalings = (state.events.get(controller?.uid ?? '') ?? []).filter(({ reason }) => reason === 'ScalingReplicaSet');
  const isNear = (time: number) => time <= at + TRUNCATION_MS && at - time <= SCALED_MS;
  const isUp = ({ message }: KubeEvent) => message.startsWith('Scaled up ');
  const isOfIt = ({ message }: KubeEvent) => message.includes(` replica set ${name} `);
  const isFor = (event: KubeEvent) => isUp(event) && isOfIt(event) && (isNear(event.firstAt) || isNear(event.lastAt));
  const isOther = (event: KubeEvent) => isCombined(event) || isUp(event) !== isOfIt(event);
  const isAfter = (event: KubeEvent) => isOther(event) && event.lastAt > at + TRUNCATION_MS;
  return scalings.some(isFor) && !scalings.some(isAfter);
}

// A rollout that was already complete had created its pods before; then the Deployment was only
// scaled up.
function hasMovedSince({ controller, revision }: Owner, at: number, { state }: RevisionFacts): boolean {
  const deployment = state.owners.get(controller?.uid ?? '');
  if (deployment?.progressedAt == null || deployment.revision !== revision) return false;
  return deployment.progressedAt >= at - TRUNCATION_MS;
}

/** When the current unbroken series of pods started, epoch ms; null without pods. */
export function lifeStart(pods: readonly PodRecord[]): number | null {
  const made = pods.flatMap((record) => {
    const { createdAt } = record.pod;
    return createdAt === null ? [] : [{ createdAt, end: endOf(record) }];
  });
  made.sort((a, b) => b.createdAt - a.createdAt);
  return made.reduce<number | null>((start, { createdAt, end }) => (start === null || end >= start ? createdAt : start), null);
}

function endOf({ deletionAskedAt, goneAt }: PodRecord): number {
  return deletionAskedAt ?? goneAt ?? Number.POSITIVE_INFINITY;
}
