import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type NodeClock, newInstanceAt, UNKNOWN_CLOCK, withSample } from '../../src/model/clock-skew.ts';
import type { Run } from '../../src/model/ledger.ts';

const T0 = 1_700_000_000_000;

/** Starts, one every 20 s, on a node whose clock is ahead (ms), each told after a delay (ms); times cut off at the second. */
function clockAfter(ahead: number, delays: readonly number[], clock: NodeClock = UNKNOWN_CLOCK, from = T0): NodeClock {
  return delays.reduce((known, delay, i) => {
    const at = from + i * 20_000;
    return withSample(known, at + delay, Math.floor((at + ahead) / 1000) * 1000, true);
  }, clock);
}

function run(containerID: string, startedAt: number | null, finishedAt: number | null = null): Run {
  return {
    containerID,
    attempt: 0,
    attemptIsStated: true,
    startedAt,
    finishedAt,
    ended: finishedAt !== null,
    exitCode: null,
    reason: '',
    message: '',
    image: '',
    publishedDelay: null,
    forgottenBefore: 0,
    stop: null,
    endIsInferred: false,
    followsRestartOfAll: false,
  };
}

describe('the skew of a clock', () => {
  it('is found to the second or two, whatever the delays, and is nothing where the clocks agree', () => {
    const delays = fc.array(fc.integer({ min: 0, max: 1500 }), { minLength: 5, maxLength: 40 });
    const aheads = fc.constantFrom(0, 700, -700, 3_600_000, -3_600_000, 20_000, -20_000, 12_345, -45_678);
    fc.assert(
      fc.property(aheads, delays, (ahead, lags) => {
        const { skewMs } = clockAfter(ahead, lags);
        if (Math.abs(ahead) < 1000) expect(skewMs).toBe(0);
        else expect(Math.abs(skewMs + ahead)).toBeLessThanOrEqual(2500);
      }),
    );
  });

  it('is told by one start where the node is ahead, and by four where it is behind: a single one may be slowness', () => {
    expect(clockAfter(60_000, [300])).toMatchObject({ skewMs: -60_000, uncertaintyMs: 2000 });
    expect(clockAfter(60_000, [300, 300, 300, 300])).toMatchObject({ skewMs: -60_000, uncertaintyMs: 1000 });
    expect(clockAfter(-60_000, [300, 300, 300]).skewMs).toBe(0);
    expect(clockAfter(-60_000, [300, 300, 300, 300])).toMatchObject({ skewMs: 60_000, uncertaintyMs: 1000 });
  });

  it('is not what a slow API server makes of it: slowness varies', () => {
    expect(clockAfter(0, [4000, 9000, 30_000, 6500, 14_000, 20_000]).skewMs).toBe(0);
  });

  it('is gone when the clock was set, after four starts that agree', () => {
    const ahead = clockAfter(3_600_000, [200, 900, 400, 100, 700]);
    const set = (delays: number[]) => clockAfter(0, delays, ahead, T0 + 300_000).skewMs;
    expect(set([300, 500, 200])).toBe(-3_600_000);
    expect(set([300, 500, 200, 900])).toBe(0);
  });
});

describe('the time of a new instance', () => {
  const old = run('containerd://1', T0);
  it('is its start, or its end where it is over', () => {
    expect(newInstanceAt([old], [old, run('containerd://2', T0 + 5000)])).toBe(T0 + 5000);
    expect(newInstanceAt([old], [old, run('containerd://2', T0 + 5000, T0 + 6000)])).toBe(T0 + 6000);
  });
  it('is not known of one that was known: its end may have been long ago', () => {
    expect(newInstanceAt([old], [run('containerd://1', T0, T0 + 60_000)])).toBeNull();
    expect(newInstanceAt([], [])).toBeNull();
  });
});
