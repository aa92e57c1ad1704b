import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutPodsEnd } from '../../src/model/inferred-ends.ts';
import type { Ledger } from '../../src/model/ledger.ts';
import type { Envelope } from '../../src/timeline/envelope.ts';
import { reduce } from '../../src/timeline/reduce.ts';
import { type ClusterState, EMPTY_STATE } from '../../src/timeline/state.ts';
import { recorded, truthOf } from '../support/recorded.ts';

// What is concluded from the order of arrivals (that a pod went, that a run was stopped for that) is no part of the union.
function ledgersOf(state: ClusterState): Map<string, Ledger> {
  const ledgers = new Map<string, Ledger>();
  for (const [uid, record] of state.pods) {
    for (const c of record.containers) {
      const mentioned = withoutPodsEnd(c.ledger).map((run) => ({ ...run, stop: null }));
      ledgers.set(`${uid}/${c.name}`, mentioned);
    }
  }
  return ledgers;
}

const fold = (envelopes: Iterable<Envelope>) => [...envelopes].reduce(reduce, EMPTY_STATE);

describe.each(['zoo', 'zoo-1.33', 'restart-all-1.37'] as const)('the ledger of %s against what containerd saw', (name) => {
  it('has every run that the stream mentions, with its exit code, start and end, none invented, none twice', async () => {
    const truth = truthOf(name);
    const { envelopes } = await recorded(name);
    const runs = [...ledgersOf(fold(envelopes)).values()].flat();
    const ids = runs.map((r) => r.containerID);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of truth.keys()) expect(ids).toContain(id);
    // A start that failed has no line in the truth; everything else has.
    expect(runs.filter((r) => !truth.has(r.containerID)).every((r) => r.exitCode === 128 && r.reason === 'StartError')).toBe(
      true,
    );
    for (const run of runs) {
      const seen = truth.get(run.containerID);
      if (seen === undefined) continue;
      if (run.startedAt !== null) expect(Math.abs(run.startedAt - Date.parse(seen.startedAt))).toBeLessThanOrEqual(1000);
      if (run.finishedAt !== null) expect(Math.abs(run.finishedAt - Date.parse(seen.exitedAt ?? ''))).toBeLessThanOrEqual(1000);
      if (run.exitCode !== null) expect(run.exitCode).toBe(seen.exitCode);
    }
  });

  it('is the same in whatever order, and however often, the arrivals come', async () => {
    const { envelopes } = await recorded(name);
    const pods = envelopes.filter((e) => e.type === 'object' && e.object.kind === 'Pod');
    const expected = ledgersOf(fold(pods));
    fc.assert(
      fc.property(fc.array(fc.nat(pods.length - 1), { maxLength: 200 }), fc.integer(), (again, seed) => {
        const repeated = [...pods, ...again.map((i) => pods[i] as Envelope)];
        const shuffled = repeated.toSorted((a, b) => hash(a, seed) - hash(b, seed));
        const ledgers = ledgersOf(fold(shuffled));
        for (const [key, ledger] of expected) expect(ledgers.get(key)).toEqual(ledger);
      }),
      { numRuns: 5 },
    );
  });

  it('loses only what nobody mentions any more when arrivals are dropped', async () => {
    const { envelopes } = await recorded(name);
    const pods = envelopes.filter((e) => e.type === 'object' && e.object.kind === 'Pod');
    const whole = ledgersOf(fold(pods));
    const kept = pods.filter((_, i) => i % 3 !== 0);
    const mentioned = new Set<string>();
    for (const e of kept) {
      if (e.type !== 'object' || e.object.kind !== 'Pod') continue;
      for (const c of e.object.containers) for (const id of [c.containerID, c.last?.containerID]) if (id) mentioned.add(id);
    }
    for (const [key, ledger] of ledgersOf(fold(kept))) {
      const known = whole.get(key)?.filter((r) => mentioned.has(r.containerID));
      expect(ledger.map((r) => r.containerID)).toEqual(known?.map((r) => r.containerID));
    }
  });
});

function hash(envelope: Envelope, seed: number): number {
  return ((envelope.line * 2_654_435_761) ^ seed) >>> 0;
}
