import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReportedCause } from '../../../src/diagnosis/acknowledgement/acknowledgement.ts';
import { EVIDENCE, isSameCause, refineCause, reportedCauseOf } from '../../../src/diagnosis/acknowledgement/reported-cause.ts';
import { newSinceOf } from '../../../src/diagnosis/entry.ts';
import { type Evidence, type Problem, problemsAt } from '../../../src/diagnosis/problems.ts';
import { type ClusterState, EMPTY_STATE } from '../../../src/timeline/state.ts';
import { recordedTimeline } from '../../support/recorded.ts';

/** The state, were that evidence not there. */
function stateWithout(missing: readonly Evidence[], state: ClusterState): ClusterState {
  return {
    ...state,
    ...(missing.includes('logs') ? { logs: EMPTY_STATE.logs } : {}),
    ...(missing.includes('pod events') ? { events: EMPTY_STATE.events } : {}),
    ...(missing.includes('node') ? { nodes: EMPTY_STATE.nodes } : {}),
  };
}

const byKey = (problems: readonly Problem[]) => new Map(problems.map((p) => [p.key, p]));

describe('a cause that was told', async () => {
  const zoo = await recordedTimeline('zoo');
  const times = fc.integer({ min: zoo.startedAt + 60_000, max: zoo.endedAt });

  it('stays the same when evidence comes late, whichever and whenever', () => {
    let refined = 0;
    fc.assert(
      fc.property(times, fc.subarray([...EVIDENCE], { minLength: 1 }), (at, missing) => {
        const rich = zoo.stateAt(at);
        const poor = stateWithout(missing, rich);
        const now = byKey(problemsAt(rich, at));
        for (const before of problemsAt(poor, at)) {
          const after = now.get(before.key) as Problem;
          expect(isSameCause(reportedCauseOf(before, poor), after, rich, at), `${before.cause?.id} ${after.cause?.id}`).toBe(
            true,
          );
          if (before.cause?.id !== after.cause?.id) refined++;
        }
      }),
      { numRuns: 40 },
    );
    expect(refined).toBeGreaterThan(50);
  });

  it('is another one where a new run died otherwise, as far as all is known', () => {
    fc.assert(
      fc.property(times, (at) => {
        const state = zoo.stateAt(at);
        const known = problemsAt(state, at).filter((p) => p.cause !== null && reportedCauseOf(p, state).without.length === 0);
        for (const told of known) {
          for (const other of known) {
            const isSame = isSameCause(reportedCauseOf(told, state), other, state, at);
            expect(isSame, `${told.cause?.id} ${other.cause?.id}`).toBe(told.cause?.id === other.cause?.id);
          }
        }
      }),
      { numRuns: 10 },
    );
  });

  it('makes nothing new: evidence that comes late puts no beginning of trouble later', () => {
    fc.assert(
      fc.property(times, fc.subarray([...EVIDENCE], { minLength: 1 }), (at, missing) => {
        const rich = zoo.stateAt(at);
        const now = byKey(problemsAt(rich, at));
        for (const before of problemsAt(stateWithout(missing, rich), at))
          expect(newSinceOf(now.get(before.key) as Problem)).toBeLessThanOrEqual(newSinceOf(before));
      }),
      { numRuns: 20 },
    );
  });
});

describe('betterKnown', () => {
  const told: ReportedCause = { cause: 'app-error', without: ['logs', 'node'], runs: ['a'] };

  it('takes what is known from more, and never what is known from less', () => {
    const more: ReportedCause = { cause: 'dns-failure', without: ['node'], runs: ['b'] };
    expect(refineCause(told, more)).toBe(more);
    expect(refineCause(more, told)).toBe(more);
    expect(refineCause(told, { ...told, runs: ['b'] })).toBe(told);
    expect(refineCause(told, { ...more, without: ['pod events'] })).toBe(told);
  });
});
