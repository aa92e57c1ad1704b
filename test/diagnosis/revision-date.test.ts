import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { revisionDate, revisionFacts } from '../../src/diagnosis/revision-date.ts';
import type { Pod } from '../../src/model/pod.ts';
import type { KubeEvent, Owner } from '../../src/model/resources.ts';
import type { Envelope } from '../../src/timeline/envelope.ts';
import { reduce } from '../../src/timeline/reduce.ts';
import { type ClusterState, EMPTY_STATE } from '../../src/timeline/state.ts';
import { owner } from '../support/owner.ts';
import { pod } from '../support/pod.ts';
import { kubeEvent, NOW, SECOND } from '../support/record-builder.ts';

const BEGIN = NOW - 24 * 3600 * SECOND;
const DEPLOYMENT = { kind: 'Deployment', name: 'web', uid: 'deployment-web' };

interface MadeSet {
  readonly uid: string;
  readonly createdAt: number;
  revision: number;
  earlier: number[];
}

interface MadePod {
  readonly set: MadeSet;
  readonly createdAt: number;
  deletedAt: number | null;
}

/** One rollout: so long after the one before, to which template, and what happens to its pods until the next. Seconds. */
interface Rollout {
  readonly after: number;
  readonly template: number;
  /** Where it does not get on: how many pods of the revisions before stay. */
  readonly kept: number;
  /** Pods that are drained, and so made anew: how long after the rollout, and which. */
  readonly drained: readonly { readonly after: number; readonly nth: number }[];
}

/** A Deployment of two pods, as its controller acts. */
function rolledOut(rollouts: readonly Rollout[]) {
  const sets = new Map<number, MadeSet>();
  const pods: MadePod[] = [];
  const alive = (at: number) => pods.filter((p) => p.createdAt <= at && (p.deletedAt === null || p.deletedAt > at));
  const events = new Map<string, { firstAt: number; lastAt: number }>();
  const tell = (message: string, time: number) =>
    events.set(message, { firstAt: events.get(message)?.firstAt ?? time, lastAt: time });
  let [at, number, progressedAt, current] = [BEGIN, 0, BEGIN, undefined as MadeSet | undefined];
  for (const { after, template, kept, drained } of rollouts) {
    const begin = at + after * SECOND;
    const known = sets.get(template);
    if (known !== undefined && known === current) continue;
    at = begin;
    number++;
    if (known === undefined) sets.set(template, { uid: `set-${template}`, createdAt: at, revision: number, earlier: [] });
    else Object.assign(known, { earlier: [...known.earlier, known.revision], revision: number });
    const set = sets.get(template) as MadeSet;
    current = set;
    const others = alive(at).filter((p) => p.set !== set);
    const missing = 2 - (alive(at).length - others.length);
    if (missing > 0) tell(`Scaled up replica set ${set.uid} from ${2 - missing} to 2`, at);
    for (let i = 0; i < missing; i++) pods.push({ set, createdAt: at + SECOND, deletedAt: null });
    for (const other of others.slice(kept)) {
      other.deletedAt = at + 3 * SECOND;
      tell(`Scaled down replica set ${other.set.uid} from 2 to 1`, at + 2 * SECOND);
    }
    progressedAt = at + (kept > 0 ? 2 : 5) * SECOND;
    for (const { after: later, nth } of drained.toSorted((a, b) => a.after - b.after)) {
      const when = at + later * SECOND;
      const candidates = alive(when);
      const drain = candidates[nth % Math.max(1, candidates.length)];
      if (drain === undefined) continue;
      drain.deletedAt = when;
      pods.push({ set: drain.set, createdAt: when + SECOND, deletedAt: null });
    }
  }
  return { sets: [...sets.values()], pods, events, progressedAt, current, at };
}

function stateOf(
  objects: readonly { readonly object: Owner | Pod | KubeEvent; readonly deletedAt?: number | null }[],
): ClusterState {
  const arrive = (state: ClusterState, object: Owner | Pod | KubeEvent, verb: string, at: number) =>
    reduce(state, { type: 'object', verb, object, at, line: 1 } as Envelope);
  return objects.reduce((state, { object, deletedAt = null }) => {
    const known = arrive(state, object, 'ADDED', BEGIN);
    return deletedAt === null ? known : arrive(known, object, 'DELETED', deletedAt);
  }, EMPTY_STATE);
}

const scalingEvent = (message: string, times: { readonly firstAt: number; readonly lastAt: number }): KubeEvent =>
  kubeEvent({
    involved: { ...DEPLOYMENT, namespace: 'shop', container: '' },
    ...{ uid: message, reason: 'ScalingReplicaSet', message, ...times },
  });

const ownerOf = ({ uid, createdAt, revision, earlier }: MadeSet): Owner =>
  owner({
    ...{ kind: 'ReplicaSet', uid, name: uid, createdAt, controller: DEPLOYMENT },
    ...{ revision: String(revision), earlierRevisions: earlier },
  });

describe('the date of a revision', () => {
  const rollout = fc.record({
    after: fc.integer({ min: 20, max: 600 }),
    template: fc.nat(2),
    kept: fc.nat(1),
    drained: fc.array(fc.record({ after: fc.integer({ min: 7, max: 15 }), nth: fc.nat(5) }), { maxLength: 3 }),
  });

  /**
   * The date as it is told, and as it was, by who has looked since some time and knows some of the ReplicaSets.
   * @param combined events that client-go combined with others, so that their words are lost: every so many of them, 0 for none.
   */
  function datesOf(rollouts: readonly Rollout[], since: number, knownSets: number, combined = 0) {
    const { sets, pods, events, progressedAt, current, at } = rolledOut(rollouts);
    const from = BEGIN + since * SECOND;
    const known = sets.toSorted((a, b) => b.revision - a.revision).slice(0, knownSets);
    const records = pods
      .filter((p) => p.deletedAt === null || p.deletedAt > from)
      .map((p, i) => ({
        deletedAt: p.deletedAt,
        object: pod({
          ...{ uid: `pod-${i}`, name: `pod-${i}`, namespace: 'shop', createdAt: p.createdAt, templateHash: p.set.uid },
          ...{ controller: { kind: 'ReplicaSet', name: p.set.uid, uid: p.set.uid }, deletionRequestedAt: p.deletedAt },
        }),
      }));
    const deployment = owner({ revision: String(current?.revision), progressedAt });
    const isLost = (i: number) => combined !== 0 && (i + 1) % combined === 0;
    const lost = [...events].filter((_, i) => isLost(i)).sort(([, a], [, b]) => a.lastAt - b.lastAt);
    const told = [...events]
      .filter((_, i) => !isLost(i))
      .concat(lost.slice(-1).map(([message, times]) => [`(combined from similar events): ${message}`, times]))
      .map(([message, times]) => ({ object: scalingEvent(message, times) }));
    const state = stateOf([{ object: deployment }, ...told, ...known.map((set) => ({ object: ownerOf(set) })), ...records]);
    const set = state.owners.get(current?.uid ?? '') as Owner;
    return { told: revisionDate(set, revisionFacts(state, set, [...state.pods.values()])), was: at };
  }

  it('is true or not told, whatever was undone and rolled out again', () => {
    let told = 0;
    fc.assert(
      fc.property(
        fc.array(rollout, { minLength: 1, maxLength: 7 }),
        fc.nat(3000),
        fc.constantFrom(2, 9),
        fc.constantFrom(0, 0, 2, 3),
        (rollouts, since, knownSets, combined) => {
          const dates = datesOf(rollouts, since, knownSets, combined);
          if (dates.told === null) return;
          told++;
          expect(Math.abs(dates.told - dates.was)).toBeLessThanOrEqual(2 * SECOND);
        },
      ),
      { numRuns: 2000 },
    );
    expect(told).toBeGreaterThan(500);
  });

  it('is told of an undo and of what is rolled out once more, where each rollout came through', () => {
    const step = (after: number, template: number): Rollout => ({ after, template, kept: 0, drained: [] });
    expect(datesOf([step(60, 0), step(600, 1), step(60, 0)], 0, 2)).toMatchObject({ told: BEGIN + 721 * SECOND });
    expect(datesOf([step(60, 0), step(600, 1), step(60, 0), step(30, 1)], 0, 2)).toMatchObject({ told: BEGIN + 751 * SECOND });
    expect(datesOf([step(60, 0), step(600, 1), step(60, 0), step(30, 1)], 755, 2)).toMatchObject({ told: BEGIN + 751 * SECOND });
  });
});
