import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_NODE_BACKOFF } from '../../src/model/backoff.ts';
import { type EstimateFacts, estimatedRuns } from '../../src/model/estimated-runs.ts';
import type { KubeEvent } from '../../src/model/resources.ts';
import { MINUTE, NOW, run, SECOND } from '../support/record-builder.ts';

const CREATED = NOW - 10 * MINUTE;

function event(reason: string, firstAt: number, lastAt: number, count: number, message = 'Container started'): KubeEvent {
  return {
    ...{ kind: 'Event', uid: `${reason}${firstAt}`, namespace: 'shop', name: 'e', type: 'Normal', reason, message },
    involved: { kind: 'Pod', namespace: 'shop', name: 'api-1', uid: 'u', container: 'api' },
    ...{ count, firstAt, lastAt, component: 'kubelet', host: 'node-a' },
  };
}

function facts(fields: Partial<EstimateFacts>): EstimateFacts {
  const defaults = { container: 'api', ledger: [], createdAt: CREATED, events: [], node: DEFAULT_NODE_BACKOFF };
  return { ...defaults, kubeletVersion: 'v1.35.4', ...fields };
}

describe('runs that nobody saw', () => {
  it('lie where the starts that are told, the back-off and the lengths of the known runs put them', () => {
    // Runs of 4 s; waits: none, 10, 20, 40 s, each a little late.
    const starts = [0, 7, 24, 53, 108].map((s) => CREATED + s * SECOND);
    const newest = run(4, starts[4] as number);
    const runs = estimatedRuns(
      facts({ ledger: [newest], events: [event('Started', starts[0] as number, newest.startedAt as number, 5)] }),
    );
    expect(runs.map(({ attempt }) => attempt)).toEqual([0, 1, 2, 3]);
    expect(runs[0]).toEqual({ attempt: 0, startedAt: CREATED, finishedAt: CREATED + 4 * SECOND, startIsTold: true });
    for (const [i, { startedAt, finishedAt }] of runs.entries()) {
      expect(Math.abs(startedAt - (starts[i] as number))).toBeLessThan(6 * SECOND);
      expect(Math.abs(finishedAt - startedAt - 4 * SECOND)).toBeLessThan(SECOND);
    }
  });

  it('lie before the first known one by the back-off alone where no event tells of them, for half an hour', () => {
    const runs = estimatedRuns(facts({ createdAt: NOW - 24 * 60 * MINUTE, ledger: [run(200, NOW - MINUTE)] }));
    expect(runs.length).toBe(5);
    expect(runs.at(-1)?.attempt).toBe(199);
    expect(Math.abs((runs.at(-1)?.startedAt ?? 0) - (NOW - MINUTE - 309 * SECOND))).toBeLessThan(10 * SECOND);
  });

  it('are not placed behind a back-off that began anew, nor without any known run to tell how long they lasted', () => {
    const fresh = run(9, NOW - MINUTE, { publishedDelay: 10_000 });
    expect(estimatedRuns(facts({ ledger: [fresh] })).map(({ attempt }) => attempt)).toEqual([8]);
    expect(estimatedRuns(facts({ ledger: [run(9, NOW - MINUTE, { finishedAt: null, ended: false })] }))).toEqual([]);
    expect(estimatedRuns(facts({ ledger: [run(9, NOW - 20 * MINUTE, { finishedAt: NOW })] }))).toEqual([]);
  });

  it('are not placed by the back-off where probes kill: some of those restarts do not wait', () => {
    const killed = event('Killing', CREATED, NOW, 9, 'Container api failed liveness probe, will be restarted');
    expect(estimatedRuns(facts({ ledger: [run(9, NOW - MINUTE)], events: [killed] }))).toEqual([]);
  });

  it('are never among the known ones, never overlap, and are never more than there were', () => {
    const offset = fc.integer({ min: 0, max: 3600 });
    const events = fc.array(
      fc.tuple(fc.constantFrom('Started', 'Created', 'BackOff'), offset, offset, fc.integer({ min: 1, max: 40 })),
      {
        maxLength: 4,
      },
    );
    const known = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 900 }), fc.integer({ min: 0, max: 900 })),
      {
        minLength: 1,
        maxLength: 3,
      },
    );
    fc.assert(
      fc.property(known, events, offset, (parts, told, age) => {
        let at = NOW - 3600 * SECOND;
        let attempt = -1;
        const ledger = parts.map(([skipped, waited, ran]) => {
          at += waited * SECOND;
          attempt += skipped;
          const one = run(attempt, at, { finishedAt: at + ran * SECOND });
          at += ran * SECOND;
          return one;
        });
        const runs = estimatedRuns(
          facts({
            ledger,
            createdAt: NOW - 3600 * SECOND - age * SECOND,
            events: told.map(([reason, a, b, count]) =>
              event(reason, NOW - Math.max(a, b) * SECOND, NOW - Math.min(a, b) * SECOND, count),
            ),
          }),
        );
        const all = [...ledger, ...runs].toSorted((a, b) => a.attempt - b.attempt);
        expect(new Set(all.map((one) => one.attempt)).size).toBe(all.length);
        expect(all.length).toBeLessThanOrEqual(attempt + 1);
        for (const [i, one] of all.entries()) {
          const next = all[i + 1];
          expect(one.startedAt as number).toBeLessThanOrEqual(one.finishedAt as number);
          if (next !== undefined) expect(one.finishedAt as number).toBeLessThanOrEqual(next.startedAt as number);
        }
      }),
    );
  });
});
