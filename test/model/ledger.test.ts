import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addRuns,
  EMPTY_LEDGER,
  type Ledger,
  newestAttempt,
  parseGoDuration,
  publishedDelayOf,
  ranFor,
  runsMentioned,
  unobservedRuns,
  waitedFor,
} from '../../src/model/ledger.ts';
import { type ContainerStatus, type Termination, toPod } from '../../src/model/pod.ts';
import { containerStatus, termination } from '../support/container-status.ts';

function ledgerOf(...statuses: ContainerStatus[]): Ledger {
  return statuses.reduce((ledger, status) => addRuns(ledger, runsMentioned(status)), EMPTY_LEDGER);
}

const backOff = (delay: string) => ({
  type: 'waiting' as const,
  reason: 'CrashLoopBackOff',
  message: `back-off ${delay} restarting failed container=api pod=api_shop(5)`,
});

describe('the runs that a status mentions', () => {
  it('takes a running instance as attempt restartCount and lastState as the one before', () => {
    const last = termination({ containerID: 'containerd://6' });
    const status = containerStatus({ restartCount: 7, containerID: 'containerd://7', last });
    const [before, current] = runsMentioned(status);
    expect(before).toMatchObject({ containerID: 'containerd://6', attempt: 6, ended: true, exitCode: 1 });
    expect(current).toMatchObject({ containerID: 'containerd://7', attempt: 7, ended: false, finishedAt: null });
  });

  it('takes lastState as the current instance where the IDs are equal, as in every waiting state', () => {
    const last = termination({ containerID: 'containerd://7' });
    const status = containerStatus({ restartCount: 7, containerID: 'containerd://7', state: backOff('2m40s'), last });
    expect(runsMentioned(status)).toMatchObject([{ containerID: 'containerd://7', attempt: 7, publishedDelay: 160_000 }]);
  });

  it('knows of an instance by its ID alone when lastState has vanished', () => {
    const status = containerStatus({ restartCount: 7, containerID: 'containerd://7', state: backOff('10s') });
    expect(runsMentioned(status)).toMatchObject([{ containerID: 'containerd://7', attempt: 7, ended: true, finishedAt: null }]);
  });

  it('mentions none before a container exists', () => {
    const state = { type: 'waiting' as const, reason: 'ContainerCreating', message: '' };
    expect(runsMentioned(containerStatus({ containerID: '', state }))).toEqual([]);
  });
});

describe('the ledger', () => {
  it('merges the start and the end of one run', () => {
    const running = containerStatus();
    const dead = containerStatus({ state: { type: 'terminated', ...termination() } });
    const ledger = ledgerOf(running, dead);
    expect(ledger).toHaveLength(1);
    expect(ledger[0]).toMatchObject({ startedAt: 1_000_000, finishedAt: 1_004_000, exitCode: 1, ended: true });
  });

  it('is the same array when an arrival says nothing new', () => {
    const dead = containerStatus({ state: { type: 'terminated', ...termination() } });
    const ledger = ledgerOf(dead);
    expect(addRuns(ledger, runsMentioned(dead))).toBe(ledger);
  });

  it('counts the runs that nobody saw, and invents none of them', () => {
    const last = termination({ containerID: 'containerd://11' });
    const status = containerStatus({ restartCount: 12, containerID: 'containerd://12', last });
    const ledger = ledgerOf(status);
    expect(ledger.map((r) => r.attempt)).toEqual([11, 12]);
    expect(unobservedRuns(ledger, status)).toBe(11);
  });

  it('counts by restartCount where it knows no run at all', () => {
    const status = containerStatus({ restartCount: 12, containerID: '', state: backOff('5m0s') });
    expect(ledgerOf(status)).toEqual([]);
    expect(newestAttempt([], status)).toBe(12);
    expect(unobservedRuns([], status)).toBe(13);
  });

  it('begins a new numbering when restartCount falls, and is never negative', () => {
    const old = containerStatus({
      restartCount: 3,
      containerID: 'containerd://a',
      state: { type: 'running', startedAt: 1_000_000 },
    });
    const fresh = containerStatus({
      restartCount: 0,
      containerID: 'containerd://b',
      state: { type: 'running', startedAt: 9_000_000 },
    });
    const ledger = ledgerOf(old, fresh);
    expect(ledger.map((r) => r.containerID)).toEqual(['containerd://a', 'containerd://b']);
    expect(newestAttempt(ledger, fresh)).toBe(0);
    expect(unobservedRuns(ledger, fresh)).toBe(0);
  });

  it('puts a start that failed, which has no start time, at its end', () => {
    const failed = termination({ containerID: 'containerd://1', exitCode: 128, startedAt: null, finishedAt: 2_000_000 });
    const ledger = ledgerOf(
      containerStatus({
        restartCount: 2,
        containerID: 'containerd://2',
        state: { type: 'running', startedAt: 3_000_000 },
        last: failed,
      }),
      containerStatus({ state: { type: 'terminated', ...termination() } }),
    );
    expect(ledger.map((r) => r.attempt)).toEqual([0, 1, 2]);
    expect(ranFor(ledger[1] as Ledger[number], 9_000_000)).toBeNull();
  });

  it('tells how long a run waited only where the run before was seen', () => {
    const second = termination({ containerID: 'containerd://1', startedAt: 1_014_000, finishedAt: 1_018_000 });
    const ledger = ledgerOf(
      containerStatus({ state: { type: 'terminated', ...termination() } }),
      containerStatus({ restartCount: 1, containerID: 'containerd://1', state: { type: 'terminated', ...second } }),
      containerStatus({ restartCount: 3, containerID: 'containerd://3', state: { type: 'running', startedAt: 2_000_000 } }),
    );
    expect(ledger.map((_, i) => waitedFor(ledger, i))).toEqual([null, 10_000, null]);
  });
});

describe('delays', () => {
  it.each([
    ['10s', 10_000],
    ['1m20s', 80_000],
    ['5m0s', 300_000],
    ['1h0m0s', 3_600_000],
    ['1.5s', 1500],
    ['500ms', 500],
    ['', null],
    ['soon', null],
    ['10s later', null],
  ])('reads the Go duration %j', (text, ms) => expect(parseGoDuration(text)).toBe(ms));

  it('reads the delay that the kubelet publishes, and nothing else', () => {
    expect(publishedDelayOf('back-off 2m40s restarting failed container=api pod=api_shop(5)')).toBe(160_000);
    expect(publishedDelayOf('Back-off pulling image "x"')).toBeNull();
  });
});

interface Life {
  readonly id: string;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly exitCode: number;
}

// A container's true history, and every status that a kubelet could have written of it.
const lives: fc.Arbitrary<Life[]> = fc
  .array(
    fc.record({
      ran: fc.integer({ min: 0, max: 900 }),
      waited: fc.integer({ min: 1, max: 400 }),
      exitCode: fc.integer({ min: 0, max: 255 }),
    }),
    {
      minLength: 1,
      maxLength: 8,
    },
  )
  .map((parts) => {
    let at = 1_700_000_000_000;
    return parts.map(({ ran, waited, exitCode }, attempt) => {
      const startedAt = at;
      const finishedAt = startedAt + ran * 1000;
      at = finishedAt + waited * 1000;
      return { id: `containerd://${attempt}`, startedAt, finishedAt, exitCode };
    });
  });

function endOf(life: Life): Termination {
  return termination({ containerID: life.id, exitCode: life.exitCode, startedAt: life.startedAt, finishedAt: life.finishedAt });
}

function statusesOf(history: readonly Life[]): ContainerStatus[] {
  return history.flatMap((life, attempt) => {
    const before = history[attempt - 1];
    const common = { restartCount: attempt, containerID: life.id };
    const last = before === undefined ? null : endOf(before);
    return [
      containerStatus({ ...common, state: { type: 'running', startedAt: life.startedAt }, last }),
      containerStatus({ ...common, state: { type: 'terminated', ...endOf(life) }, last }),
      containerStatus({ ...common, state: backOff('10s'), last: endOf(life) }),
    ];
  });
}

const history = lives.chain((runs) =>
  fc.record({
    runs: fc.constant(runs),
    arrivals: fc.array(fc.constantFrom(...statusesOf(runs)), { minLength: 1, maxLength: 40 }),
  }),
);

describe('the ledger is a union', () => {
  it('holds exactly the runs that the kept arrivals mention, whatever was dropped or repeated', () => {
    fc.assert(
      fc.property(history, ({ runs, arrivals }) => {
        const ledger = ledgerOf(...arrivals);
        const mentioned = new Set(arrivals.flatMap((s) => runsMentioned(s).map((r) => r.containerID)));
        expect(ledger.map((r) => r.containerID)).toEqual(runs.filter((r) => mentioned.has(r.id)).map((r) => r.id));
        for (const run of ledger) {
          const truth = runs[run.attempt] as Life;
          expect(run.containerID).toBe(truth.id);
          expect(run.startedAt).toBe(truth.startedAt);
          if (run.ended) expect([run.finishedAt, run.exitCode]).toEqual([truth.finishedAt, truth.exitCode]);
        }
        const newest = ledger.at(-1)?.attempt as number;
        expect(unobservedRuns(ledger, arrivals.at(-1))).toBe(newest + 1 - ledger.length);
      }),
    );
  });

  it('does not depend on the order of arrivals', () => {
    fc.assert(
      fc.property(
        history.chain(({ arrivals }) =>
          fc.tuple(
            fc.constant(arrivals),
            fc.shuffledSubarray(arrivals, { minLength: arrivals.length, maxLength: arrivals.length }),
          ),
        ),
        ([arrivals, shuffled]) => {
          expect(ledgerOf(...shuffled)).toEqual(ledgerOf(...arrivals));
        },
      ),
    );
  });
});

describe('a run that comes behind all others', () => {
  const time = fc.option(fc.integer({ min: 1, max: 30 }), { nil: null });
  const runs = fc.uniqueArray(
    fc.record({
      id: fc.integer({ min: 0, max: 40 }),
      attempt: fc.integer({ min: 0, max: 12 }),
      startedAt: time,
      finishedAt: time,
    }),
    { minLength: 1, maxLength: 15, selector: ({ id }) => id },
  );

  it('is put where a sorted list would have it, whatever the order of arrivals', () => {
    fc.assert(
      fc.property(runs, (parts) => {
        const [status] = runsMentioned(containerStatus());
        const all = parts.map(({ id, ...part }) => ({
          ...(status as Ledger[number]),
          ...part,
          containerID: `containerd://${id}`,
        }));
        const ascending = all.toSorted((a, b) => (a.startedAt ?? a.finishedAt ?? 0) - (b.startedAt ?? b.finishedAt ?? 0));
        const oneByOne = ascending.reduce((ledger: Ledger, run) => addRuns(ledger, [run]), EMPTY_LEDGER);
        expect(oneByOne).toEqual(addRuns(EMPTY_LEDGER, all));
        expect(oneByOne).toEqual(addRuns(EMPTY_LEDGER, ascending.toReversed()));
      }),
    );
  });
});

it('an init container that the runtime lost is no run: the kubelet makes up that it has completed', () => {
  const message =
    'Unable to get init container status from container runtime and pod has been initialized, treat it as exited normally';
  const lost = { name: 'prep', image: 'i', restartCount: 0, containerID: '' };
  const end = { exitCode: 0, reason: 'Completed', message, startedAt: null, finishedAt: null };
  const pod = (status: object) =>
    toPod({
      metadata: { name: 'p', uid: 'u' },
      spec: { initContainers: [{ name: 'prep' }] },
      status: { phase: 'Running', initContainerStatuses: [status] },
    });
  const statusOf = (status: object) => pod(status).containers[0] as Parameters<typeof runsMentioned>[0];
  expect(runsMentioned(statusOf({ ...lost, state: { terminated: end } }))).toEqual([]);
  const running = { running: { startedAt: '2026-11-22T15:00:00Z' } };
  const again = statusOf({
    ...lost,
    containerID: 'containerd://2',
    restartCount: 1,
    state: running,
    lastState: { terminated: end },
  });
  expect(runsMentioned(again).map((run) => run.containerID)).toEqual(['containerd://2']);
});
