import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import type { Json } from '../../../src/text/json.ts';
import { ended, event, factsOf } from './given-facts.ts';

const START = Date.parse('2026-11-22T14:30:00Z');
const time = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z');

/** Statuses of runs that lived so many seconds each, one after the other. */
function runsOf(lives: readonly number[], exitCode = 1, reason = 'Error'): Json[] {
  let at = START;
  return lives.map((life, restartCount) => {
    const startedAt = time(at);
    at += life * 1000;
    const state = ended(exitCode, reason, { containerID: `containerd://${restartCount}`, startedAt, finishedAt: time(at) });
    at += 10_000;
    return { state, restartCount };
  });
}

function evidenceOf(
  lives: readonly number[],
  more: { exitCode?: number; reason?: string; container?: Json; events?: Json[] } = {},
) {
  const statuses = runsOf(lives, more.exitCode, more.reason);
  const status = statuses.at(-1) as Json;
  const { container = {}, events = [] } = more;
  return causeOf(factsOf({ container, events, earlier: statuses.slice(0, -1), status }))?.evidence ?? [];
}

describe('how long the runs lived', () => {
  it.each([
    [[90, 45, 30, 22, 18], 'its known runs lived 90s, 45s, 30s, 22s, 18s: each no longer than the one before'],
    [[4, 4, 9, 30], 'its known runs lived 4s, 4s, 9s, 30s: each no shorter than the one before'],
    [[4, 5, 4, 3], 'its known runs lived 4s, 5s, 4s, 3s: all about the same'],
    [[360, 362, 358], 'its known runs lived 6m, 6m2s, 5m58s: all about the same'],
    [[4, 200, 30], 'its known runs lived 4s, 3m20s, 30s'],
    [
      [90, 45, 30, 22, 18, 15, 12, 11, 10, 9],
      'its 10 known runs lived 90s, 45s, ..., 18s, 15s, 12s, 11s, 10s, 9s: each no longer than the one before',
    ],
  ])('%j', (lives, line) => {
    expect(evidenceOf(lives)).toContain(line);
  });

  it('is no trend of two', () => {
    expect(evidenceOf([90, 4]).join()).not.toContain('known runs');
  });
});

describe('out of memory', () => {
  const container = { resources: { limits: { memory: '48Mi' } } };

  it('tells how fast the runs got to their limit', () => {
    const more = { exitCode: 137, reason: 'OOMKilled', container };
    expect(evidenceOf([60, 64, 59], more)).toContain(
      'its last 3 OOMKilled runs reached 48Mi 59s to 64s after their start, 61s on average',
    );
    expect(evidenceOf([3, 3], more)).toContain('its last 2 OOMKilled runs reached 48Mi 3s after their start');
  });
});

describe('the arithmetic of a probe', () => {
  const kill = (probe: string) => [
    event('Killing', `Container c failed ${probe} probe, will be restarted`, {
      firstTimestamp: time(START),
      lastTimestamp: time(START + 1000),
    }),
  ];
  const exec = { exec: { command: ['false'] } };

  it('compares what the probe gives with how long the runs lived', () => {
    const container = {
      livenessProbe: { ...exec, initialDelaySeconds: 5, periodSeconds: 5, failureThreshold: 2, terminationGracePeriodSeconds: 3 },
    };
    expect(evidenceOf([14, 16, 15], { exitCode: 137, container, events: kill('liveness') })).toContain(
      'liveness probe that never passes: initialDelay 5s + period 5s x threshold 2 + grace 3s = 18s at most; the last 3 runs lived 14s to 16s: no sign that it ever passed',
    );
  });

  it('tells a program that was healthy from one that never was', () => {
    const container = { livenessProbe: { ...exec, periodSeconds: 5, failureThreshold: 1 } };
    const line = (lives: readonly number[]) =>
      evidenceOf(lives, { exitCode: 137, container, events: kill('liveness') }).find((fact) => fact.startsWith('liveness probe'));
    expect(line([300, 310])).toMatch(
      /grace 30s = 35s at most; the last 2 runs lived 5m to 5m10s: the newest passed it for a while$/,
    );
    expect(line([300, 20])).toMatch(/the newest shows no sign that it passed$/);
    expect(line([20])).toMatch(/the run lived 20s: no sign that it ever passed$/);
  });

  it('has the defaults of the API, and a startup probe of its own', () => {
    const container = { startupProbe: exec };
    expect(evidenceOf([40], { exitCode: 137, container, events: kill('startup') })).toContain(
      'startup probe that never passes: initialDelay 0s + period 10s x threshold 3 + grace 30s = 60s at most; the run lived 40s: no sign that it ever passed',
    );
  });

  it('draws no conclusion for a liveness probe that waits for a startup probe', () => {
    const container = { livenessProbe: exec, startupProbe: exec };
    expect(evidenceOf([40], { exitCode: 137, container, events: kill('liveness') })).toContain(
      'liveness probe that never passes: initialDelay 0s + period 10s x threshold 3 + grace 30s = 60s at most; the run lived 40s',
    );
  });
});
