import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BackoffFacts,
  DEFAULT_NODE_BACKOFF,
  learnBackoff,
  nextPull,
  nextStart,
  predictDelay,
} from '../../src/model/backoff.ts';
import type { Ledger, Run } from '../../src/model/ledger.ts';
import type { KubeEvent } from '../../src/model/resources.ts';
import { containerStatus, termination } from '../support/container-status.ts';

const T0 = 1_700_000_000_000;

/** Runs in seconds since T0: [start, end], with the delay that was published after each where one was. */
function runs(...parts: [start: number, end: number | null, published?: number][]): Ledger {
  return parts.map(
    ([start, end, published], attempt): Run => ({
      containerID: `containerd://${attempt}`,
      attempt,
      attemptIsStated: true,
      startedAt: T0 + start * 1000,
      finishedAt: end === null ? null : T0 + end * 1000,
      ended: end !== null,
      exitCode: end === null ? null : 1,
      reason: end === null ? '' : 'Error',
      message: '',
      image: 'registry.example.com/api:1',
      publishedDelay: published === undefined ? null : published * 1000,
      forgottenBefore: 0,
      stop: null,
      endIsInferred: false,
      followsRestartOfAll: false,
    }),
  );
}

function facts(ledger: Ledger, fields: Partial<BackoffFacts> = {}): BackoffFacts {
  const status = containerStatus({ state: { type: 'terminated', ...termination() } });
  return {
    status,
    ledger,
    node: DEFAULT_NODE_BACKOFF,
    events: [],
    pullErrors: [],
    eligible: true,
    failsToStart: false,
    restartsAll: false,
    kubeletVersion: 'v1.35.4',
    skewMs: 0,
    ...fields,
  };
}

function waiting(reason: string, message = '') {
  return containerStatus({ state: { type: 'waiting', reason, message } });
}

const backOff = (delay: string) =>
  waiting('CrashLoopBackOff', `back-off ${delay} restarting failed container=api pod=api_shop(5)`);
const at = (seconds: number) => T0 + seconds * 1000;

describe('the predicted delay', () => {
  it('is nothing for the first restart, then 10 s doubling, then 300 s (facts 1.2)', () => {
    const delays: number[] = [];
    const history: [number, number][] = [];
    let clock = 0;
    for (let i = 0; i < 9; i++) {
      history.push([clock, clock + 1]);
      const delay = predictDelay(runs(...history), DEFAULT_NODE_BACKOFF) / 1000;
      delays.push(delay);
      clock += 1 + delay;
    }
    expect(delays).toEqual([0, 10, 20, 40, 80, 160, 300, 300, 300]);
  });

  it('goes on from the last delay that was published', () => {
    expect(predictDelay(runs([0, 1, 40], [41, 42]), DEFAULT_NODE_BACKOFF)).toBe(80_000);
  });

  it('is nothing after a run of more than 10 minutes, and begins anew after it', () => {
    expect(predictDelay(runs([0, 1, 160], [161, 762]), DEFAULT_NODE_BACKOFF)).toBe(0);
    expect(predictDelay(runs([0, 1, 160], [161, 762], [763, 764]), DEFAULT_NODE_BACKOFF)).toBe(10_000);
  });

  it('begins anew where run and wait together took more than 10 minutes (garbage collection)', () => {
    expect(predictDelay(runs([0, 1, 160], [161, 520, 300], [762, 770]), DEFAULT_NODE_BACKOFF)).toBe(10_000);
  });

  it('begins anew after a restart of the kubelet, seen or told by a restart that came too early', () => {
    const history = runs([0, 1, 160], [161, 162, 300], [200, 201]);
    expect(predictDelay(history, DEFAULT_NODE_BACKOFF)).toBe(10_000);
    const seen = { ...DEFAULT_NODE_BACKOFF, kubeletStarts: [at(300)] };
    expect(predictDelay(runs([0, 1, 20], [21, 299], [301, 302]), seen)).toBe(10_000);
    expect(predictDelay(runs([0, 1, 20], [21, 310]), seen)).toBe(0);
  });

  it('keeps doubling through a probe kill, which restarts in the same second', () => {
    expect(predictDelay(runs([0, 20, 20], [40, 60, 40], [61, 80]), DEFAULT_NODE_BACKOFF)).toBe(80_000);
  });

  it('never exceeds the cap, nor falls below nothing, whatever the runs', () => {
    const part = fc.tuple(fc.nat(900), fc.nat(400), fc.option(fc.constantFrom(10, 20, 40, 80, 160, 300), { nil: undefined }));
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 12 }), (parts) => {
        let clock = 0;
        const history = parts.map(([ran, waited, published]): [number, number, number?] => {
          const start = clock;
          clock = start + ran + waited;
          return published === undefined ? [start, start + ran] : [start, start + ran, published];
        });
        const delay = predictDelay(runs(...history), DEFAULT_NODE_BACKOFF);
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(300_000);
      }),
    );
  });
});

describe('what a node teaches', () => {
  it('takes a delay that was published twice running for the cap', () => {
    const learned = learnBackoff(DEFAULT_NODE_BACKOFF, runs([0, 1, 40], [42, 43, 40]));
    expect(learned.capMs).toBe(40_000);
    expect(predictDelay(runs([0, 1, 40], [42, 43]), learned)).toBe(40_000);
  });

  it('takes no cap from a delay that came again because the kubelet forgot', () => {
    expect(learnBackoff(DEFAULT_NODE_BACKOFF, runs([0, 1, 10], [5, 6, 10])).capMs).toBe(300_000);
    expect(learnBackoff(DEFAULT_NODE_BACKOFF, runs([0, 595, 10], [606, 1200, 10])).capMs).toBe(300_000);
  });

  it('takes a first delay below 10 s for the start of the curve (KEP-4603)', () => {
    const learned = learnBackoff(DEFAULT_NODE_BACKOFF, runs([0, 1], [1, 2, 1]));
    expect(predictDelay(runs([0, 1], [1, 2]), learned)).toBe(1000);
  });
});

describe('the next start', () => {
  it('is counted down from the end, where the kubelet published a delay', () => {
    const ledger = runs([0, 1], [2, 3], [14, 15]);
    expect(nextStart(facts(ledger, { status: backOff('20s') }), at(25))).toEqual({
      kind: 'published',
      at: at(35),
      // Of the last look it is only known that the end was seen: 19 s were left.
      expectedAt: at(35 + 19 / 4 + 1.3),
      lateAfter: at(35 + 10 + 3),
      delayMs: 20_000,
      from: at(15),
    });
  });

  it('is cut short where the kubelet forgets its back-off first: 10 minutes after the last start', () => {
    const ledger = runs([0, 1, 160], [161, 521]);
    expect(nextStart(facts(ledger, { status: backOff('5m0s') }), at(530))).toMatchObject({
      kind: 'published',
      at: at(761),
      delayMs: 300_000,
    });
  });

  it('is estimated from the runs while the API says Error, as it does for all of a short back-off on 1.35', () => {
    const ledger = runs([0, 1], [2, 3], [14, 15]);
    expect(nextStart(facts(ledger), at(16))).toMatchObject({ kind: 'estimated', at: at(35), delayMs: 20_000 });
  });

  it('is overdue once it is later than is usual, and says what it was', () => {
    const ledger = runs([0, 1], [2, 3], [14, 15]);
    expect(nextStart(facts(ledger), at(48))).toMatchObject({ kind: 'estimated', at: at(35), lateAfter: at(48) });
    expect(nextStart(facts(ledger), at(49))).toMatchObject({ kind: 'overdue', was: 'estimated', at: at(35) });
    expect(nextStart(facts(ledger, { status: backOff('20s') }), at(49))).toMatchObject({
      kind: 'overdue',
      was: 'published',
      at: at(35),
    });
  });

  it('is not known for config, volume and sandbox', () => {
    const status = waiting('CreateContainerConfigError', 'configmap "cart-config" not found');
    expect(nextStart(facts([], { status, failsToStart: true }), at(0))).toEqual({ kind: 'unknown', at: null, delayMs: null });
  });

  it('is null while it runs, where nothing grants it, and before it was tried', () => {
    expect(nextStart(facts(runs([0, null]), { status: containerStatus() }), at(5))).toBeNull();
    expect(nextStart(facts(runs([0, 1]), { eligible: false }), at(5))).toBeNull();
    expect(nextStart(facts([], { status: waiting('ContainerCreating') }), at(5))).toBeNull();
  });

  it('is at once when the kubelet came back, which has forgotten the back-off', () => {
    const node = { ...DEFAULT_NODE_BACKOFF, kubeletStarts: [at(100)] };
    expect(nextStart(facts(runs([0, 1, 160], [161 - 100, 62]), { node }), at(99))).toMatchObject({ at: at(100), delayMs: 0 });
  });
});

describe('the next image pull', () => {
  const failed = (count: number, lastAt: number, container = 'api'): KubeEvent => ({
    kind: 'Event',
    uid: `e${lastAt}`,
    namespace: 'shop',
    name: 'e',
    involved: { kind: 'Pod', namespace: 'shop', name: 'api', uid: 'u', container },
    type: 'Warning',
    reason: 'Failed',
    message: 'Failed to pull image "x": no such host',
    count,
    firstAt: T0,
    lastAt,
    component: 'kubelet',
    host: 'node-a',
  });

  it('doubles from 10 s with each failed pull, up to 300 s, counted from the last', () => {
    expect(nextPull([failed(1, at(0))], 'api', [], at(1))).toMatchObject({ kind: 'estimated', at: at(10), delayMs: 10_000 });
    expect(nextPull([failed(1, at(0)), failed(3, at(60))], 'api', [], at(61))).toMatchObject({ at: at(100), delayMs: 40_000 });
    expect(nextPull([failed(9, at(60))], 'api', [], at(61))).toMatchObject({ delayMs: 300_000 });
  });

  it('takes the status for the pulls whose events the kubelet keeps to itself', () => {
    const told = nextPull([failed(5, at(0))], 'api', [at(12)], at(20));
    expect(told).toMatchObject({ at: at(160), delayMs: 160_000 });
    const untold = nextPull([failed(5, at(0))], 'api', [at(12), at(185)], at(190));
    expect(untold).toMatchObject({ at: at(185 - 12.5 + 300), delayMs: 300_000 });
  });

  it('is not known without a word about that container, or where the last word is too old to be the last pull', () => {
    expect(nextPull([], 'api', [], at(1)).kind).toBe('unknown');
    expect(nextPull([failed(1, at(0), 'other')], 'api', [], at(1)).kind).toBe('unknown');
    expect(nextPull([failed(5, at(0))], 'api', [], at(160 + 59)).kind).toBe('overdue');
    expect(nextPull([failed(5, at(0))], 'api', [], at(160 + 61)).kind).toBe('unknown');
  });
});
