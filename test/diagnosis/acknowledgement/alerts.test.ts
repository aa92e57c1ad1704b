import { describe, expect, it } from 'vitest';
import { type Alert, changesOf, firstTold, type Told } from '../../../src/diagnosis/acknowledgement/alerts.ts';
import { type Problem, problemsAt } from '../../../src/diagnosis/problems.ts';
import { EMPTY_STATE } from '../../../src/timeline/state.ts';
import { alertText } from '../../../src/wording/alerts.ts';
import { type ProblemFields, problem } from '../../support/problem-builder.ts';
import { NOW, SECOND } from '../../support/record-builder.ts';
import { recordedTimeline } from '../../support/recorded.ts';
import { startedLate } from '../../support/started-late.ts';

const WORKLOADS = EMPTY_STATE.workloads.set('Deployment/shop/api', { desired: 2, available: 1 });
const STATE = { ...EMPTY_STATE, workloads: WORKLOADS };

/** Looks once a second at what is given for each second, and collects what is told. */
function told(seconds: readonly (readonly ProblemFields[])[], first: readonly ProblemFields[] = []): string[] {
  let known: Told = firstTold(first.map(problem) as Problem[], STATE, NOW);
  const events: string[] = [];
  for (const [i, fields] of seconds.entries()) {
    const now = NOW + (i + 1) * SECOND;
    const { told: next, alerts } = changesOf(known, fields.map(problem) as Problem[], STATE, now, NOW);
    known = next;
    events.push(...alerts.map((a) => `${i}s ${a.event} ${a.workload.name}${a.cause === null ? '' : ` ${a.cause.id}`}`));
  }
  return events;
}

const seconds = (count: number, ...problems: readonly ProblemFields[]) => Array.from({ length: count }, () => problems);

describe('changesOf', () => {
  it('tells a new loop once, when its cause has settled, and not with each restart', () => {
    expect(told([...seconds(2, { cause: null }), ...seconds(600, {})])).toEqual(['7s loop api app-error']);
  });

  it('tells a loop of several pods, containers and restarts as one of its workload', () => {
    expect(told(seconds(60, { pod: 'api-1' }, { pod: 'api-2' }, { pod: 'web-1', workload: 'web' }))).toEqual([
      '5s loop api app-error',
      '5s loop web app-error',
    ]);
  });

  it('tells nothing of what was there at the first look, but its recovery', () => {
    expect(told([...seconds(60, {}), ...seconds(60, { state: 'holding' }), ...seconds(3, { state: 'stable' })], [{}])).toEqual([
      '120s recovered api app-error',
    ]);
    expect(told(seconds(60, {}), [{ state: 'holding' }])).toEqual([]);
  });

  it('takes a loop that holds and goes on for the same, and a stable one for over', () => {
    const flapping = Array.from({ length: 20 }, () => [...seconds(20, {}), ...seconds(20, { state: 'holding' })]).flat();
    expect(told(flapping)).toEqual(['5s loop api app-error']);
    expect(told([...seconds(10, {}), ...seconds(10, { state: 'stable' }), ...seconds(10)])).toEqual([
      '5s loop api app-error',
      '10s recovered api app-error',
    ]);
  });

  it('tells of another cause when it has lasted, and of none twice in a loop', () => {
    const oom = { attempt: 5, cause: { id: 'oom-killed' } } as const;
    expect(told([...seconds(10, {}), ...seconds(40, oom), ...seconds(60, {}), ...seconds(60, oom)])).toEqual([
      '5s loop api app-error',
      '40s cause api oom-killed',
    ]);
    const alternating = Array.from({ length: 30 }, () => [...seconds(10, {}), ...seconds(10, oom)]).flat();
    expect(told(alternating)).toEqual(['5s loop api app-error']);
  });

  it('never rings for what only restarted slowly, and says of a workload without pods that it is gone', () => {
    expect(told([...seconds(60, { state: 'restarting' }), ...seconds(5)])).toEqual([]);
    const gone = [...seconds(10, { workload: 'old' }), ...seconds(30, { workload: 'old', state: 'deleted' }), ...seconds(1)];
    expect(told(gone)).toEqual(['5s loop old app-error', '40s gone old app-error']);
  });

  it('tells each state of each workload of a real cluster once', async () => {
    const timeline = await recordedTimeline('zoo');
    const events = new Map<string, string[]>();
    let known: Told = new Map();
    const first = timeline.startedAt;
    for (let at = timeline.startedAt; at <= timeline.endedAt; at += 1000) {
      const state = timeline.stateAt(at);
      const { told: next, alerts } = changesOf(known, problemsAt(state, at), state, at, first);
      known = next;
      for (const { workload, event } of alerts) events.set(workload.key, [...(events.get(workload.key) ?? []), event]);
    }
    expect(events.size).toBeGreaterThan(30);
    for (const [key, list] of events) {
      expect(list[0], key).toBe('loop');
      expect(list.filter((e) => e === 'loop').length, `${key}: ${list.join(' ')}`).toBe(1);
      expect(list.filter((e) => e === 'cause').length, `${key}: ${list.join(' ')}`).toBeLessThanOrEqual(2);
      expect(key).not.toMatch(/healthy/);
    }
  });
});

describe('a cause that is known better', () => {
  it.each([
    ['zoo', 5],
    ['zoo-1.33', 10],
  ] as const)('is not told as another one: started %s, %d minutes in', async (name, minutes) => {
    const { timeline, start } = await startedLate(name, minutes * 60 * SECOND);
    const causesOf = (t: Told) => new Map([...t].map(([key, { cause }]) => [key, cause]));
    let known = firstTold(problemsAt(timeline.stateAt(start), start), timeline.stateAt(start), start);
    const first = causesOf(known);
    const refined = new Set<string>();
    const events: string[] = [];
    const loops: string[] = [];
    for (let at = start; at <= timeline.endedAt; at += SECOND) {
      const state = timeline.stateAt(at);
      const { told: next, alerts } = changesOf(known, problemsAt(state, at), state, at, start);
      known = next;
      for (const [key, cause] of causesOf(known)) if (cause !== (first.get(key) ?? cause)) refined.add(key);
      events.push(...alerts.filter((a) => a.event === 'cause').map((a) => a.workload.key));
      loops.push(...alerts.filter((a) => a.event === 'loop').map((a) => a.workload.key));
    }
    expect(events).toEqual([]);
    // What only its events tell of failed before somebody looked.
    expect(loops).not.toContain('Pod/batch/volume');
    expect([...refined]).toEqual(expect.arrayContaining(['Pod/batch/arm', 'Pod/batch/arm-sh', 'Pod/batch/port']));
  });
});

describe('the words of an alert', () => {
  const alert = (fields: Partial<Alert>): Alert => {
    const { workload, cause } = problem() as Problem;
    const facts = {
      event: 'loop',
      at: NOW,
      pod: 'api-1',
      container: 'api',
      restarts: 4,
      since: NOW,
      sinceIsBound: false,
      available: 0,
      desired: 2,
    } as const;
    return { ...facts, workload, cause, ...fields };
  };

  it('say what, where, why and what is left, within what a desktop shows', () => {
    expect(alertText(alert({}))).toBe('shop/api is crash-looping: exit 1: boom (0/2 available)');
    expect(alertText(alert({ event: 'recovered', available: 2 }))).toBe('shop/api has recovered (2/2 available)');
    const { cause } = problem();
    const long = alertText(alert({ cause: cause === null ? null : { ...cause, summary: 'x'.repeat(500) } }));
    expect([long.length, long.endsWith(' (0/2 available)')]).toEqual([160, true]);
  });
});

describe('what is acknowledged', () => {
  /** Looks once a second, while the loops of these seconds are acknowledged. */
  function toldBut(isKnown: (second: number) => boolean, count: number, first: readonly Problem[]): string[] {
    let known: Told = firstTold(first, STATE, NOW);
    const events: string[] = [];
    for (let i = 1; i <= count; i++) {
      const changes = changesOf(known, [problem() as Problem], STATE, NOW + i * SECOND, NOW, () => isKnown(i));
      known = changes.told;
      events.push(...changes.alerts.map((a) => `${i}s ${a.event}`));
    }
    return events;
  }

  it('tells nothing, not even that it is over, until it comes back: then it is a loop that begins', () => {
    expect(toldBut(() => true, 600, [])).toEqual([]);
    expect(toldBut(() => true, 600, [problem() as Problem])).toEqual([]);
    expect(toldBut((i) => i < 300, 600, [problem() as Problem])).toEqual(['300s loop']);
    expect(toldBut((i) => i > 10 && i < 300, 600, [])).toEqual(['6s loop', '300s loop']);
  });
});
