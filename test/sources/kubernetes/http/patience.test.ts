import { describe, expect, it } from 'vitest';
import { Patience } from '../../../../src/sources/kubernetes/http/patience.ts';
import { ManualTime } from '../../../support/manual-time.ts';

const LIMITS = { wholeMs: 0, silenceMs: 60_000, progressBytes: 100 };

function patience(limits: Partial<typeof LIMITS>, cancel: AbortSignal | null = null) {
  const time = new ManualTime(0);
  return { time, of: new Patience(time, { ...LIMITS, ...limits }, cancel) };
}

describe('patience', () => {
  it('is over after a silence, which begins when the request is sent', () => {
    const { time, of } = patience({});
    time.advance(100_000);
    of.listen();
    time.advance(59_999);
    expect([of.over, of.signal.aborted]).toEqual([null, false]);
    time.advance(1);
    expect([of.over, of.signal.aborted]).toEqual(['silence', true]);
  });

  it('is not won by a byte now and then, but by enough of them', () => {
    const { time, of } = patience({});
    of.listen();
    for (let second = 0; second < 59; second++) {
      time.advance(1000);
      of.heard(1);
    }
    of.heard(41);
    time.advance(59_000);
    expect(of.over).toBe(null);
    of.heard(99);
    time.advance(1000);
    expect(of.over).toBe('silence');
  });

  it('has a limit for the whole that nothing lengthens', () => {
    const { time, of } = patience({ wholeMs: 4000 });
    of.listen();
    for (let i = 0; i < 4; i++) {
      of.heard();
      time.advance(1000);
    }
    expect(of.over).toBe('limit');
    expect(time.waits).toEqual([]);
  });

  it('waits for any time where nobody sets a limit, and leaves no timer behind', () => {
    const { time, of } = patience({ silenceMs: 0 });
    of.listen();
    of.heard();
    expect(time.waits).toEqual([]);
  });

  it('ends with whoever cancels, until it is released', () => {
    const first = new AbortController();
    const { of } = patience({}, first.signal);
    first.abort('gone');
    expect([of.signal.aborted, of.signal.reason, of.over]).toEqual([true, 'gone', null]);
    const second = new AbortController();
    const { time, of: other } = patience({}, second.signal);
    other.listen();
    other.release();
    second.abort();
    expect([other.signal.aborted, time.waits]).toEqual([false, []]);
  });
});
