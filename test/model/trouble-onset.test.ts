import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_NODE_BACKOFF } from '../../src/model/backoff.ts';
import type { Ledger, Run } from '../../src/model/ledger.ts';
import type { KubeEvent } from '../../src/model/resources.ts';
import { crashOnset, failedStartOnset, type OnsetFacts } from '../../src/model/trouble-onset.ts';
import { MINUTE, NOW, run, SECOND } from '../support/record-builder.ts';

const DAY = 24 * 60 * MINUTE;
const BACK_OFF = 'Back-off restarting failed container api in pod api-1_shop(8e1f)';

function event(reason: string, message: string, firstAt: number, fields: Partial<KubeEvent> = {}): KubeEvent {
  return {
    kind: 'Event',
    uid: `${reason}${firstAt}`,
    namespace: 'shop',
    name: 'e',
    involved: { kind: 'Pod', namespace: 'shop', name: 'api-1', uid: 'u', container: 'api' },
    type: 'Warning',
    reason,
    message,
    count: 1,
    firstAt,
    lastAt: firstAt,
    component: 'kubelet',
    host: 'node-a',
    ...fields,
  };
}

function facts(ledger: Ledger, events: readonly KubeEvent[], fields: Partial<OnsetFacts> = {}): OnsetFacts {
  return {
    container: 'api',
    ledger,
    restartCount: ledger.at(-1)?.attempt ?? 0,
    createdAt: NOW - 20 * DAY,
    events,
    eventSkewMs: 0,
    node: DEFAULT_NODE_BACKOFF,
    stopsUnseen: 0,
    ...fields,
  };
}

/** The one end that the API tells of a container that died so often before. */
function late(attempt: number, fields: Partial<Run> = {}): Ledger {
  return [run(attempt, NOW - MINUTE, fields)];
}

const END = NOW - MINUTE + 4 * SECOND;

describe('a loop that began before it was first seen', () => {
  it('is as old as the first back-off that the kubelet tells of, and began before that', () => {
    const first = NOW - 12 * MINUTE;
    const told = [event('BackOff', BACK_OFF, first, { count: 40, lastAt: NOW - 5 * SECOND })];
    expect(crashOnset(facts(late(6), told), END)).toEqual({ since: first, isBound: true });
  });

  it('is as old as the first kill, failed start or failed probe that kills', () => {
    const first = NOW - 12 * MINUTE;
    const since = (reason: string, message: string) => crashOnset(facts(late(6), [event(reason, message, first)]), END).since;
    expect(since('Killing', 'Container api failed liveness probe, will be restarted')).toBe(first);
    expect(since('Killing', 'FailedPostStartHook')).toBe(first);
    expect(since('Unhealthy', 'Startup probe failed: HTTP probe failed with statuscode: 503')).toBe(first);
    expect(since('Unhealthy', 'Liveness probe errored: rpc error')).toBe(first);
    expect(since('Failed', 'Error: failed to create containerd task: exec: "nope"')).toBe(first);
  });

  it('is none the older for readiness probes, for what stops it on purpose, for its image, or for another container', () => {
    const first = NOW - 12 * MINUTE;
    const told = [
      event('Unhealthy', 'Readiness probe failed: 503', first),
      event('Killing', 'Stopping container api', first),
      event('Killing', 'Container api resize requires restart', first),
      event('Failed', 'Error: ImagePullBackOff', first),
      event('Failed', 'Failed to pull image "registry.example.com/api:1": not found', first),
      event('BackOff', 'Back-off pulling image "registry.example.com/api:1"', first),
      event('BackOff', BACK_OFF, first, {
        involved: { kind: 'Pod', namespace: 'shop', name: 'api-1', uid: 'u', container: 'b' },
      }),
    ];
    expect(crashOnset(facts(late(6), told), END)).toEqual({ since: END, isBound: true });
  });

  it('is not as old as an earlier one that healed: by a run that is known', () => {
    const ledger = [run(3, NOW - 30 * MINUTE, { finishedAt: NOW - 10 * MINUTE }), run(4, NOW - MINUTE)];
    const told = [event('BackOff', BACK_OFF, NOW - 50 * MINUTE, { count: 9, lastAt: NOW - 2 * SECOND })];
    expect(crashOnset(facts(ledger, told), NOW - 10 * MINUTE)).toEqual({ since: NOW - 10 * MINUTE, isBound: false });
  });

  it('is not as old as an earlier one that healed: by how few runs there were in 20 days', () => {
    const told = [event('BackOff', BACK_OFF, NOW - 19 * DAY, { count: 30, lastAt: NOW - 2 * SECOND })];
    expect(crashOnset(facts(late(9), told), END)).toEqual({ since: END, isBound: true });
  });

  it('is not as old as an earlier one that healed: by a back-off that began anew', () => {
    const told = [event('BackOff', BACK_OFF, NOW - 55 * MINUTE, { count: 30, lastAt: NOW - 2 * SECOND })];
    // The second of this loop: one came before it.
    expect(crashOnset(facts(late(9, { publishedDelay: 10_000 }), told), END)).toEqual({ since: END, isBound: true });
    const twoKnown = [run(8, NOW - 2 * MINUTE), run(9, NOW - MINUTE, { publishedDelay: 10_000 })];
    expect(crashOnset(facts(twoKnown, told), NOW - 2 * MINUTE + 4 * SECOND)).toEqual({
      since: NOW - 2 * MINUTE + 4 * SECOND,
      isBound: false,
    });
    expect(crashOnset(facts(late(9, { publishedDelay: 300_000 }), told), END).since).toBe(NOW - 55 * MINUTE);
  });

  it('is the older for it where the kubelet forgot the back-off because it was restarted', () => {
    const told = [event('BackOff', BACK_OFF, NOW - 55 * MINUTE, { count: 30, lastAt: NOW - 2 * SECOND })];
    const node = { ...DEFAULT_NODE_BACKOFF, kubeletStarts: [NOW - 3 * MINUTE] };
    expect(crashOnset(facts(late(9, { publishedDelay: 10_000 }), told, { node }), END).since).toBe(NOW - 55 * MINUTE);
  });

  it('is told on our clock where the one of its node goes wrong', () => {
    const first = NOW - 12 * MINUTE;
    const told = [event('BackOff', BACK_OFF, first - 60 * MINUTE)];
    expect(crashOnset(facts(late(6), told, { eventSkewMs: 60 * MINUTE }), END).since).toBe(first);
  });
});

describe('a loop of which every end is known', () => {
  it('began with the first of them, and no earlier', () => {
    const ledger = [run(0, NOW - 3 * MINUTE), run(1, NOW - 2 * MINUTE)];
    expect(crashOnset(facts(ledger, []), NOW - 3 * MINUTE + 4 * SECOND)).toEqual({
      since: NOW - 3 * MINUTE + 4 * SECOND,
      isBound: false,
    });
  });
});

describe('a start that fails', () => {
  it('is as old as the first failure to have its image, where that is what fails', () => {
    const told = [event('Failed', 'Error: ErrImagePull', NOW - 12 * MINUTE)];
    expect(failedStartOnset(facts([], told), 'image', NOW)).toBe(NOW - 12 * MINUTE);
    expect(failedStartOnset(facts([], told), 'config', NOW)).toBe(NOW);
  });
});

describe('whatever the events say', () => {
  const minutes = fc.integer({ min: 1, max: 30 * 24 * 60 });
  const events = fc.array(
    fc.tuple(
      fc.constantFrom('BackOff', 'Failed', 'Killing', 'Unhealthy', 'Started'),
      fc.constantFrom(
        BACK_OFF,
        'Error: boom',
        'Container api failed startup probe, will be restarted',
        'Liveness probe failed: x',
      ),
      minutes,
      minutes,
    ),
    { maxLength: 8 },
  );

  it('since is never later than the first known end, never before or at the start of the pod, and no stable run lies behind it', () => {
    fc.assert(
      fc.property(events, fc.integer({ min: 0, max: 500 }), minutes, minutes, (parts, attempt, age, ran) => {
        const createdAt = NOW - Math.max(age, ran + 1) * MINUTE;
        const ledger = [run(attempt, NOW - ran * MINUTE, { finishedAt: NOW })];
        const told = parts.map(([reason, message, a, b]) =>
          event(reason, message, NOW - Math.max(a, b) * MINUTE, { lastAt: NOW - Math.min(a, b) * MINUTE }),
        );
        const { since, isBound } = crashOnset(facts(ledger, told, { createdAt }), NOW);
        expect(since).toBeLessThanOrEqual(NOW);
        expect(since).toBeGreaterThan(createdAt);
        if (ran >= 10) expect(since).toBeGreaterThan(NOW - 10 * MINUTE);
        expect(isBound).toBe(attempt > 0 && ran < 10);
        // More is known, so it can only be older; the order in which it came is all one.
        const more = [...told, event('Killing', 'Container api failed liveness probe, will be restarted', NOW - MINUTE)];
        expect(crashOnset(facts(ledger, more, { createdAt }), NOW).since).toBeLessThanOrEqual(since);
        expect(crashOnset(facts(ledger, told.toReversed(), { createdAt }), NOW).since).toBe(since);
      }),
    );
  });
});
