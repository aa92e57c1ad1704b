import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_NODE_BACKOFF, nextStart } from '../../src/model/backoff.ts';
import { forgetRuns } from '../../src/model/forgotten-runs.ts';
import { addRuns, EMPTY_LEDGER, knownRuns, type Ledger, type Run, timeOfRun, unobservedRuns } from '../../src/model/ledger.ts';
import type { ContainerStatus } from '../../src/model/pod.ts';
import { crashRate } from '../../src/model/run-trend.ts';
import { type CrashFacts, crashTrouble, hasRecentCrash } from '../../src/model/trouble.ts';
import { historyCells } from '../../src/view/table/history-strip.ts';
import { containerStatus } from '../support/container-status.ts';
import { pod } from '../support/pod.ts';

const T0 = 1_700_000_000_000;
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const NEWEST = 10;

const ENDED: Run = {
  containerID: '',
  attempt: 0,
  attemptIsStated: true,
  startedAt: T0,
  finishedAt: T0,
  ended: true,
  exitCode: 1,
  reason: 'Error',
  message: '',
  image: 'registry.example.com/api:1',
  publishedDelay: null,
  forgottenBefore: 0,
  stop: null,
  endIsInferred: false,
  followsRestartOfAll: false,
};

interface Stretch {
  readonly count: number;
  /** Seconds. */
  readonly ran: readonly [number, number];
  readonly waited: readonly [number, number];
  readonly fields?: Partial<Run>;
  /** Is the length of its runs not known? */
  readonly isUntimed?: boolean;
  /** How many attempts before it nobody saw; null where the count begins anew. */
  readonly unseen?: number | null;
}

function ledgerOf(...stretches: Stretch[]): Ledger {
  return runsOf(stretches, (i, [least, most]) => least + ((i * 7) % (most - least + 1))).reduce(
    (ledger, run) => addRuns(ledger, [run]),
    EMPTY_LEDGER,
  );
}

function runsOf(stretches: readonly Stretch[], pick: (index: number, range: readonly [number, number]) => number): Run[] {
  const runs: Run[] = [];
  let at = T0;
  let attempt = 0;
  for (const { count, ran, waited, fields = {}, isUntimed = false, unseen = 0 } of stretches) {
    attempt = unseen === null ? 0 : attempt + unseen;
    for (let i = 0; i < count; i++) {
      const startedAt = at;
      const finishedAt = startedAt + pick(runs.length, ran) * SECOND;
      at = finishedAt + pick(runs.length + 1, waited) * SECOND;
      const times = isUntimed ? { startedAt: null, finishedAt } : { startedAt, finishedAt };
      runs.push({ ...ENDED, containerID: `containerd://${runs.length}`, attempt, ...times, ...fields });
      attempt++;
    }
  }
  return runs;
}

const LOOP: Stretch = { count: 100, ran: [1, 5], waited: [300, 305] };
const IMAGE_2 = 'registry.example.com/api:2';

describe('runs that are no longer kept', () => {
  it('lie inside of a long loop: its first run stays, and the newest do', () => {
    const ledger = ledgerOf(LOOP);
    const kept = forgetRuns(ledger, NEWEST);
    expect(kept.slice(-NEWEST)).toEqual(ledger.slice(-NEWEST));
    expect(kept[0]).toBe(ledger[0]);
    expect(kept.length).toBeLessThan(20);
    expect(knownRuns(kept)).toBe(100);
  });

  it('are none where there are few', () => {
    const ledger = ledgerOf({ ...LOOP, count: NEWEST });
    expect(forgetRuns(ledger, NEWEST)).toBe(ledger);
  });

  it('are none of the last half hour, which is drawn and counted run by run', () => {
    const ledger = ledgerOf({ count: 400, ran: [1, 5], waited: [5, 9] });
    const begin = (ledger.at(-1)?.startedAt as number) - 30 * MINUTE;
    const recent = ledger.filter((run) => (run.finishedAt as number) > begin);
    expect(recent.length).toBeGreaterThan(100);
    expect(forgetRuns(ledger, NEWEST).slice(-recent.length)).toEqual(recent);
  });

  it('are none that lived long in the last day, and none that an edit ended', () => {
    const ledger = ledgerOf(
      { ...LOOP, count: 50 },
      { count: 1, ran: [2000, 2000], waited: [300, 300] },
      { ...LOOP, count: 50 },
      { ...LOOP, count: 50, fields: { image: IMAGE_2 } },
    );
    const kept = forgetRuns(ledger, NEWEST);
    expect(kept.length).toBeLessThan(30);
    expect(kept.map((run) => run.attempt)).toContain(50);
    expect(kept.findLast((run) => run.image !== IMAGE_2)?.attempt).toBe(100);
  });

  it('are counted where they were: what nobody saw among them stays unseen', () => {
    const ledger = ledgerOf({ ...LOOP, count: 40 }, { ...LOOP, count: 40, unseen: 3 });
    const kept = forgetRuns(ledger, NEWEST);
    const status = containerStatus({ restartCount: 82 });
    expect(knownRuns(kept)).toBe(80);
    expect([unobservedRuns(ledger, status), unobservedRuns(kept, status)]).toEqual([3, 3]);
  });

  it('may be older than a day whatever they were', () => {
    const ledger = ledgerOf({ count: 500, ran: [1000, 1100], waited: [0, 0] });
    expect(forgetRuns(ledger, NEWEST).length).toBeLessThan(100);
  });
});

const image = fc.constantFrom('registry.example.com/api:1', IMAGE_2, '');

const stretch: fc.Arbitrary<Stretch> = fc.oneof(
  // Loops, with the waits of the kubelet and of one whose back-off is short; ends that are none of its own.
  fc.record({ count: fc.integer({ min: 1, max: 60 }), ran: range(0, 50), waited: range(10, 310) }),
  fc.record({ count: fc.integer({ min: 1, max: 60 }), ran: range(0, 5), waited: range(0, 3) }),
  fc.record({ count: fc.integer({ min: 1, max: 20 }), ran: range(0, 1500), waited: range(0, 310), fields: fc.record({ image }) }),
  fc.record({ count: fc.integer({ min: 1, max: 8 }), ran: range(600, 30_000), waited: range(0, 60) }),
  fc.record({ count: fc.constant(1), ran: range(30_000, 200_000), waited: range(0, 60), fields: fc.record({ image }) }),
  fc.record({
    count: fc.integer({ min: 1, max: 40 }),
    ran: range(0, 50),
    waited: range(0, 310),
    unseen: fc.constantFrom(0, 1, 7, null),
    fields: fc.oneof(
      fc.record({ exitCode: fc.constant(0), reason: fc.constant('Completed') }),
      fc.record({ reason: fc.constant('RestartingAllContainers') }),
      fc.record({ image, publishedDelay: fc.constantFrom(null, 10_000, 300_000) }),
    ),
  }),
  // A node that was rebooted, instances that were removed, starts that failed.
  fc.record({
    count: fc.integer({ min: 1, max: 3 }),
    ran: range(0, 3000),
    waited: range(0, 310),
    fields: fc.oneof(
      fc.constant({ exitCode: 137, reason: 'Unknown', finishedAt: null }),
      fc.constant({ exitCode: null, reason: '', finishedAt: null }),
      fc.constant({ exitCode: null, reason: '', finishedAt: null, startedAt: null }),
    ),
  }),
  fc.record({ count: fc.integer({ min: 1, max: 50 }), ran: range(0, 0), waited: range(10, 310), isUntimed: fc.constant(true) }),
);

function range(min: number, max: number): fc.Arbitrary<readonly [number, number]> {
  return fc.tuple(fc.integer({ min, max }), fc.integer({ min, max })).map(([a, b]) => (a < b ? [a, b] : [b, a]));
}

const history = fc
  .tuple(fc.array(stretch, { minLength: 1, maxLength: 8 }), fc.nat(1000))
  .map(([stretches, seed]) => runsOf(stretches, (i, [least, most]) => least + (((i + seed) * 7919) % (most - least + 1))));

const LATER = [0, 2 * SECOND, 40 * SECOND, 5 * MINUTE, 12 * MINUTE, 21 * MINUTE, 35 * MINUTE, 3 * HOUR, 23 * HOUR, 25 * HOUR];

function lastTime(ledger: Ledger): number {
  return Math.max(T0, ...ledger.flatMap((run) => [run.startedAt ?? T0, run.finishedAt ?? T0]));
}

function factsOf(ledger: Ledger, status: ContainerStatus, deletionAskedAt: number | null): CrashFacts {
  const createdAt = T0 - 5000;
  return { pod: pod({ createdAt }), container: 'api', status, ledger, deletionAskedAt, kubeletVersion: 'v1.35.4' };
}

function statusOf(ledger: Ledger): ContainerStatus {
  const newest = ledger.at(-1) as Run;
  const state = newest.ended
    ? { type: 'waiting' as const, reason: 'ContainerCreating', message: '' }
    : { type: 'running' as const, startedAt: newest.startedAt };
  return containerStatus({ restartCount: newest.attempt, containerID: newest.containerID, state });
}

function told(ledger: Ledger, now: number, isDeleted: boolean) {
  const status = statusOf(ledger);
  const facts = factsOf(ledger, status, isDeleted ? lastTime(ledger) + 1 : null);
  const backoff = {
    events: [],
    pullErrors: [],
    eligible: true,
    failsToStart: false,
    restartsAll: false,
    kubeletVersion: 'v1.35.4',
    skewMs: 0,
  };
  const unobserved = unobservedRuns(ledger, status);
  return {
    trouble: crashTrouble(facts, now),
    hasCrash: hasRecentCrash(facts, now),
    next: nextStart({ status, ledger, node: DEFAULT_NODE_BACKOFF, ...backoff }, now),
    unobserved,
    known: knownRuns(ledger),
    rate: crashRate([{ ledger, unobserved, createdAt: T0 - 5000 }], now).counts,
    strip: historyCells({ ledger, createdAt: T0, restartCount: status.restartCount, goneAt: null, seenUntil: null }, now, 30),
  };
}

// A run without times stands where its attempt would: where the count began anew that is a guess, and among fewer runs another one.
function isPlaceGuessed(runs: readonly Run[]): boolean {
  const beganAnew = runs.some((run, i) => run.attempt <= (runs[i - 1]?.attempt ?? -1));
  return beganAnew && runs.some((run) => timeOfRun(run) === null);
}

function expectTheSame(whole: Ledger, kept: Ledger): void {
  for (const isDeleted of [false, true]) {
    for (const later of LATER) {
      const now = lastTime(whole) + later;
      expect(told(kept, now, isDeleted)).toEqual(told(whole, now, isDeleted));
    }
  }
}

describe('what is told of a container', () => {
  it('is the same before and after runs of it are forgotten, now and later', () => {
    fc.assert(
      fc.property(history, fc.boolean(), (runs, isRunning) => {
        const newest = runs.at(-1) as Run;
        const started = [...runs.slice(0, -1), isRunning ? running(newest) : newest];
        const whole = started.reduce<Ledger>((ledger, run) => addRuns(ledger, [run]), EMPTY_LEDGER);
        expectTheSame(whole, forgetRuns(whole, NEWEST));
      }),
    );
  });

  it('is the same where they are forgotten again and again while more come', () => {
    fc.assert(
      fc.property(history, fc.integer({ min: 1, max: 90 }), (runs, every) => {
        fc.pre(!isPlaceGuessed(runs));
        let whole: Ledger = EMPTY_LEDGER;
        let kept: Ledger = EMPTY_LEDGER;
        for (const [index, run] of runs.entries()) {
          for (const mentioned of [running(run), run]) {
            whole = addRuns(whole, [mentioned]);
            kept = addRuns(kept, [mentioned]);
          }
          if (index % every === 0) kept = forgetRuns(kept, NEWEST);
          if (index % 29 === 0) expectTheSame(whole, kept);
        }
        expectTheSame(whole, kept);
        expect(kept.slice(-NEWEST).map((run) => run.containerID)).toEqual(whole.slice(-NEWEST).map((run) => run.containerID));
      }),
      { numRuns: 100 },
    );
  });
});

function running(run: Run): Run {
  return {
    ...run,
    startedAt: run.startedAt ?? run.finishedAt,
    finishedAt: null,
    ended: false,
    exitCode: null,
    reason: '',
    publishedDelay: null,
  };
}
