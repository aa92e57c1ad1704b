import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Acknowledgement } from '../../../src/diagnosis/acknowledgement/acknowledgement.ts';
import {
  acknowledge,
  idOf,
  isActive,
  isOld,
  judge,
  SETTLES_AFTER_MS,
  type Unsettled,
  withSameProblem,
} from '../../../src/diagnosis/acknowledgement/judge.ts';
import type { Entry, TableEntry } from '../../../src/diagnosis/entry.ts';
import { problemsAt } from '../../../src/diagnosis/problems.ts';
import { type ClusterState, EMPTY_STATE } from '../../../src/timeline/state.ts';
import { acknowledgementMark } from '../../../src/view/table/acknowledgement-marks.ts';
import { acknowledgementText } from '../../../src/wording/acknowledgements.ts';
import { type ProblemFields, problem, timed, workloadProblem } from '../../support/problem-builder.ts';
import { MINUTE, NOW, run, SECOND } from '../../support/record-builder.ts';
import { startedLate } from '../../support/started-late.ts';

const HOUR = 60 * MINUTE;
const BY = { by: 'anna', at: NOW, until: null };

/** A log of the run that died last, for each of these. */
function withLogs(...entries: readonly Entry[]): ClusterState {
  let { logs } = EMPTY_STATE;
  for (const { record, container } of entries) {
    const containerID = container.ledger.at(-1)?.containerID ?? '';
    logs = logs.set(record.pod.uid, [
      { container: container.name, containerID, text: 'boom', truncated: false, error: '', at: NOW },
    ]);
  }
  return { ...EMPTY_STATE, logs };
}

function acknowledged(fields: ProblemFields = {}, all: readonly ProblemFields[] = [fields]): Acknowledgement {
  const entries = all.map(problem);
  const { add } = acknowledge([problem(fields)], entries, [], withLogs(...entries), BY);
  return add[0] as Acknowledgement;
}

/** How these stand, having crashed once more, a moment and {@link SETTLES_AFTER_MS} after they were first seen. */
function later(known: readonly Acknowledgement[], fields: readonly ProblemFields[], ms: number = SETTLES_AFTER_MS) {
  const entries = fields.map((f) => problem({ attempt: 5, ...f }));
  const state = withLogs(...entries);
  let unsettled: Unsettled = new Map();
  for (const now of [NOW, NOW + ms - 1]) {
    unsettled = judge(entries, known, { state, now, unsettled, settlesAfterMs: SETTLES_AFTER_MS }).unsettled;
  }
  return judge(entries, known, { state, now: NOW + ms, unsettled, settlesAfterMs: SETTLES_AFTER_MS });
}

const whys = (judgement: ReturnType<typeof judge>) => judgement.change.add.map((a) => a.reopened?.why);

describe('acknowledge', () => {
  it('takes a problem of a container with all pods that have it, and no other', () => {
    const entries = [
      problem({ pod: 'api-1' }),
      problem({ pod: 'api-2' }),
      problem({ pod: 'api-3', cause: { id: 'oom-killed' } }),
      problem({ pod: 'web-1', workload: 'web' }),
    ];
    expect(withSameProblem(entries.slice(0, 1), entries).map((e) => e.key)).toEqual(['uid-shop-api-1/api', 'uid-shop-api-2/api']);
    const { add } = acknowledge(entries.slice(0, 1), entries, [], EMPTY_STATE, BY);
    expect(add.map(idOf)).toEqual(['Deployment/shop/api api app-error']);
    expect(add[0]?.seen).toMatchObject({
      impact: 'down',
      causes: ['app-error', 'oom-killed'],
      without: ['logs', 'pod events', 'node'],
    });
  });

  it('takes a workload that has a problem of its own', () => {
    const entry = workloadProblem('api');
    const { add } = acknowledge([entry], [entry], [], EMPTY_STATE, BY);
    expect(add).toMatchObject([{ container: '', cause: entry.problem.kind }]);
  });

  it('replaces what came back of the same container', () => {
    const old = { ...acknowledged({ cause: { id: 'oom-killed' } }), reopened: { at: NOW, why: 'because' } };
    const other = { ...old, container: 'sidecar' };
    expect(acknowledge([problem()], [problem()], [old, other], EMPTY_STATE, BY).remove).toEqual([old]);
  });
});

describe('what is acknowledged', () => {
  it('stays so while nothing changes, whichever pods have it', () => {
    const judgement = later([acknowledged()], [{ pod: 'api-1' }, { pod: 'api-9' }], HOUR);
    expect([...judgement.standings.values()].map((s) => s.type)).toEqual(['acknowledged', 'acknowledged']);
    expect(judgement.change.add).toEqual([]);
  });

  it('is over when its time has passed', () => {
    const until = { ...acknowledged(), until: NOW + HOUR };
    expect(later([until], [{}], HOUR - 1).standings.get('uid-shop-api-1/api')?.type).toBe('acknowledged');
    expect(later([until], [{}], HOUR).standings.get('uid-shop-api-1/api')?.type).toBe('expired');
  });

  it('says nothing of another container, workload or of one that is in no trouble', () => {
    const { standings } = later([acknowledged()], [{ containers: ['sidecar'] }, { pod: 'web-1', workload: 'web' }]);
    expect(standings.size).toBe(0);
  });
});

describe('what reopens an acknowledged problem', () => {
  it('another cause, and then all of that container is back', () => {
    const judgement = later([acknowledged()], [{ pod: 'api-1' }, { pod: 'api-2', cause: { id: 'oom-killed' } }]);
    expect(whys(judgement)).toEqual(['cause changed from app-error to oom-killed']);
    expect([...judgement.standings.values()].map((s) => s.type)).toEqual(['reopened', 'reopened']);
  });

  it('but not one that was there already, and is shown', () => {
    const both: ProblemFields[] = [{ pod: 'api-1' }, { pod: 'api-2', cause: { id: 'oom-killed' } }];
    const judgement = later([acknowledged({ pod: 'api-1' }, both)], both);
    expect(judgement.change.add).toEqual([]);
    expect([...judgement.standings.keys()]).toEqual(['uid-shop-api-1/api']);
  });

  it('nor one that lasts no longer than lists and logs take to come; until then it stays folded', () => {
    const judgement = later([acknowledged()], [{ cause: { id: 'oom-killed' } }], SETTLES_AFTER_MS - 1);
    expect(judgement.change.add).toEqual([]);
    expect(judgement.standings.get('uid-shop-api-1/api')?.type).toBe('acknowledged');
  });

  it('nothing, in the past: what was otherwise then is shown as it was', () => {
    const entries = [problem({ pod: 'api-1' }), problem({ pod: 'api-2', attempt: 5, cause: { id: 'oom-killed' } })];
    const facts = { state: withLogs(...entries), now: NOW, unsettled: new Map(), settlesAfterMs: Number.POSITIVE_INFINITY };
    const { standings, change } = judge(entries, [acknowledged()], facts);
    expect([...standings.keys()]).toEqual(['uid-shop-api-1/api']);
    expect(change.add).toEqual([]);
  });

  it('less of the workload available, not more', () => {
    const degraded = acknowledged({ impact: { level: 'degraded' } });
    expect(whys(later([degraded], [{ impact: { level: 'down' } }]))).toEqual(['impact changed from degraded to down']);
    expect(whys(later([degraded], [{ impact: { level: 'available' } }]))).toEqual([]);
  });

  it('twice the crashes', () => {
    const crashes = (count: number): ProblemFields => ({
      ledger: Array.from({ length: count }, (_, i) => run(i, NOW - 25 * MINUTE + i * SECOND)),
      nextStart: timed({ kind: 'published', at: NOW + MINUTE, delayMs: 5 * MINUTE, from: NOW }),
    });
    const known = acknowledged(crashes(6));
    expect(known.seen.crashes).toBe(6);
    expect(whys(later([known], [crashes(11)]))).toEqual([]);
    expect(whys(later([known], [crashes(12)]))).toEqual(['12 crashes in 30 minutes, up from 6']);
  });

  it('no crashes of before that were only not seen when it was acknowledged', () => {
    const seen = (count: number): ProblemFields => ({
      ledger: Array.from({ length: count }, (_, i) => run(300 + i, NOW - (5 - i) * 5 * MINUTE)),
      status: { restartCount: 304 },
      nextStart: timed({ kind: 'published', at: NOW + MINUTE, delayMs: 5 * MINUTE, from: NOW }),
    });
    expect(whys(later([acknowledged(seen(1))], [seen(5)]))).toEqual([]);
  });

  it('another revision', () => {
    const entry = problem();
    const rolled = { ...entry, record: { ...entry.record, pod: { ...entry.record.pod, templateHash: 'new' } } };
    const before = { ...entry, record: { ...entry.record, pod: { ...entry.record.pod, templateHash: 'old' } } };
    const { add } = acknowledge([before], [before], [], withLogs(before), BY);
    const judgement = judge([rolled], add, { state: withLogs(rolled), now: NOW, unsettled: new Map(), settlesAfterMs: 0 });
    expect(whys(judgement)).toEqual(['revision changed from old to new']);
  });

  it('something else that is wrong with its workload', () => {
    const entry: TableEntry = { ...problem(), ofWorkload: workloadProblem('api').problem };
    const judgement = judge([entry], [acknowledged()], {
      state: withLogs(problem()),
      now: NOW,
      unsettled: new Map(),
      settlesAfterMs: 0,
    });
    expect(whys(judgement)).toEqual([`its workload has another problem: ${entry.ofWorkload?.kind}`]);
  });
});

describe('a cause that the log tells', () => {
  const panic: ProblemFields = { cause: { id: 'app-panic' } };

  it('is the same while its log is not there yet', () => {
    const entry = problem();
    const judgement = judge([entry], [acknowledged(panic)], {
      state: EMPTY_STATE,
      now: NOW,
      unsettled: new Map(),
      settlesAfterMs: 0,
    });
    expect(judgement.standings.get(entry.key)?.type).toBe('acknowledged');
    expect(judgement.change.add).toEqual([]);
  });

  it('but not where something else is known without a log', () => {
    const judgement = later([acknowledged(panic)], [{ cause: { id: 'oom-killed' } }]);
    expect(whys(judgement)).toEqual(['cause changed from app-panic to oom-killed']);
  });

  it('becomes the cause when it was acknowledged before the log came; a later change is one', () => {
    const { add } = acknowledge([problem()], [problem()], [], EMPTY_STATE, BY);
    const { change } = later(add, [panic]);
    expect(change).toMatchObject({ remove: add, add: [{ cause: 'app-panic', reopened: null }] });
    expect(whys(later(change.add, [{ attempt: 6, cause: { id: 'dns-failure' } }]))).toEqual([
      'cause changed from app-panic to dns-failure',
    ]);
  });
});

describe('what was acknowledged at the first look', () => {
  it.each([
    ['zoo', 5],
    ['zoo-1.33', 10],
  ] as const)('does not come back for what logs and events then tell of it: started %s, %d minutes in', async (name, minutes) => {
    const { timeline, start } = await startedLate(name, minutes * MINUTE);
    const first = timeline.stateAt(start);
    const entries = problemsAt(first, start);
    let known: readonly Acknowledgement[] = acknowledge(entries, entries, [], first, { ...BY, at: start }).add;
    const before = new Set(known.map(idOf));
    let unsettled: Unsettled = new Map();
    for (let now = start; now <= start + 6 * MINUTE; now += 5 * SECOND) {
      const state = timeline.stateAt(now);
      const judgement = judge(problemsAt(state, now), known, { state, now, unsettled, settlesAfterMs: SETTLES_AFTER_MS });
      unsettled = judgement.unsettled;
      const dropped = new Set(judgement.change.remove.map(idOf));
      const left = known.filter((a) => !dropped.has(idOf(a)));
      known = [...new Map([...left, ...judgement.change.add].map((a) => [idOf(a), a])).values()];
    }
    expect(known.filter((a) => a.reopened?.why.startsWith('cause')).map((a) => `${a.workload}: ${a.reopened?.why}`)).toEqual([]);
    expect(known.filter((a) => !before.has(idOf(a))).length).toBeGreaterThan(5);
  });
});

describe('isOld', () => {
  const DAY = 24 * HOUR;
  const old = (fields: ProblemFields, createdAt: number) => {
    const entry = problem(fields);
    return isOld({ ...entry, record: { ...entry.record, pod: { ...entry.record.pod, createdAt } } }, NOW);
  };
  const waits = timed({ kind: 'published', at: NOW, delayMs: 5 * MINUTE, from: NOW });

  it('knows it from its trouble, or from as many restarts as a day has room for', () => {
    expect(old({ since: NOW - DAY - 1 }, NOW - 9 * DAY)).toBe(true);
    const many = { unobserved: 400, status: { restartCount: 402 }, nextStart: waits };
    expect(old(many, NOW - 9 * DAY)).toBe(true);
    expect(old(many, NOW - DAY + 1)).toBe(false);
    expect(old({ unobserved: 10, status: { restartCount: 12 }, nextStart: waits }, NOW - 9 * DAY)).toBe(false);
  });

  it('counts what never ran from its pod on', () => {
    expect(old({ ledger: [], status: { restartCount: 0 }, kind: 'image' }, NOW - 2 * DAY)).toBe(true);
    expect(old({ ledger: [], status: { restartCount: 0 }, kind: 'image' }, NOW - HOUR)).toBe(false);
  });
});

describe('standingText', () => {
  it('says who, when, until when and why it came back', () => {
    const of = acknowledged();
    expect(acknowledgementText({ type: 'acknowledged', of }, NOW)).toBe('acknowledged by anna at 15:10:00 until it changes');
    expect(acknowledgementText({ type: 'acknowledged', of: { ...of, until: NOW + HOUR } }, NOW)).toMatch(/until 16:10:00$/);
    expect(acknowledgementText({ type: 'reopened', of: { ...of, reopened: { at: NOW, why: 'X' } } }, NOW)).toBe(
      'reopened at 15:10:00: X; acknowledged by anna at 15:10:00',
    );
  });
});

describe('standingMark', () => {
  it('has the day where the time alone could be today’s', () => {
    const of = acknowledged();
    const mark = (ms: number) => acknowledgementMark({ type: 'acknowledged', of: { ...of, until: NOW + ms } }, NOW)?.text;
    expect(mark(HOUR)).toBe('by anna, until 16:10: ');
    expect(mark(48 * HOUR)).toBe('by anna, until 11-24 15:10: ');
    expect(acknowledgementMark({ type: 'expired', of }, NOW)).toBeNull();
  });
});

describe('whatever happens', () => {
  const ids = ['app-error', 'oom-killed', 'dns-failure'] as const;
  const fields = fc.record({
    pod: fc.constantFrom('api-1', 'api-2', 'api-3'),
    cause: fc.constantFrom(...ids).map((id) => ({ id })),
    impact: fc.constantFrom('available', 'degraded', 'down').map((level) => ({ level }) as const),
  });
  const entriesOf = (list: readonly ProblemFields[], attempt = 4) => [
    ...new Map(list.map((f) => [f.pod, problem({ attempt, ...f })])).values(),
  ];

  it('what has just been acknowledged is folded, and what has come back stays until somebody acknowledges it again', () => {
    fc.assert(
      fc.property(
        fc.array(fields, { minLength: 1, maxLength: 3 }),
        fc.array(fc.array(fields, { maxLength: 3 }), { maxLength: 6 }),
        (first, next) => {
          const entries = entriesOf(first);
          let known: readonly Acknowledgement[] = acknowledge(entries, entries, [], withLogs(...entries), BY).add;
          const facts = { state: withLogs(...entries), now: NOW, unsettled: new Map(), settlesAfterMs: 0 };
          expect([...judge(entries, known, facts).standings.values()].map((s) => s.type)).toEqual(
            entries.map(() => 'acknowledged'),
          );
          for (const [i, list] of next.entries()) {
            const now = NOW + i;
            const shown = entriesOf(list, 5 + i);
            const { change, standings } = judge(shown, known, { ...facts, state: withLogs(...shown), now });
            const reopened = known.filter((a) => a.reopened !== null);
            const byId = new Map([...known, ...change.add].map((a) => [idOf(a), a]));
            known = [...byId.values()];
            for (const a of reopened) expect(byId.get(idOf(a))?.reopened).toEqual(a.reopened);
            // Nothing is folded without somebody who acknowledged this very cause.
            for (const entry of shown) {
              if (standings.get(entry.key)?.type !== 'acknowledged') continue;
              expect(known.some((a) => isActive(a, now) && a.cause === entry.cause?.id)).toBe(true);
            }
          }
        },
      ),
    );
  });
});
