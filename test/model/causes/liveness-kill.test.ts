import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import type { Json } from '../../../src/text/json.ts';
import { at, backingOff, ended, event, evidenceOf, FIRST_START, factsOf, timeText } from '../../support/cause-facts.ts';

const LIVENESS = 'Container c failed liveness probe, will be restarted';

const QUIET = 'I1122 15:00:00.101000       1 cache.go:88] Caches are synced\n';

const KILLED = event('Killing', 'Container c failed liveness probe, will be restarted', { type: 'Normal' });

const PROBES: Json = {
  livenessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 5, failureThreshold: 2 },
};

describe('a failed probe', () => {
  const unhealthy = event('Unhealthy', 'Liveness probe failed: index is locked\n', { count: 3 });

  it('is told where the kubelet says that it killed the run for it', () => {
    const cause = causeOf(factsOf({ status: backingOff(ended(137)), events: [unhealthy, event('Killing', LIVENESS)] }));
    expect(cause).toMatchObject({
      id: 'liveness-kill',
      confidence: 'certain',
      summary: 'liveness probe failed, killed (exit 137): index is locked',
    });
    expect(cause?.evidence.slice(0, 2)).toEqual([
      `event Killing (2026-11-22T15:00:10Z): ${LIVENESS}`,
      'event Unhealthy (3 times, last 2026-11-22T15:00:10Z): Liveness probe failed: index is locked',
    ]);
  });

  it('is still told when the kubelet writes no more events of its kills', () => {
    const killing = event('Killing', LIVENESS, at('2026-11-22T14:40:00Z'));
    expect(causeOf(factsOf({ status: backingOff(ended(137)), events: [killing] }))).toMatchObject({
      id: 'liveness-kill',
      confidence: 'likely',
    });
    // The kubelet told that the probe failed up to the end of this run, too.
    const failing = event('Unhealthy', 'Liveness probe failed: x', {
      count: 9,
      firstTimestamp: '2026-11-22T14:40:00Z',
      lastTimestamp: '2026-11-22T15:00:07Z',
    });
    expect(causeOf(factsOf({ status: backingOff(ended(137)), events: [killing, failing] }))?.confidence).toBe('certain');
    const earlier = event('Unhealthy', 'Liveness probe failed: x', at('2026-11-22T14:50:00Z'));
    expect(causeOf(factsOf({ status: backingOff(ended(137)), events: [killing, earlier] }))?.confidence).toBe('likely');
    // A run that ended otherwise than the killed ones ended by itself.
    expect(causeOf(factsOf({ status: backingOff(ended(1)), events: [killing] }))).toMatchObject({ id: 'app-error' });
  });

  it('is not told from an unhealthy probe alone, of another container, or of a later kill', () => {
    const other = event('Killing', LIVENESS, {
      involvedObject: { kind: 'Pod', name: 'p', uid: 'u', fieldPath: 'spec.containers{other}' },
    });
    const later = event('Killing', LIVENESS, at('2026-11-22T15:30:00Z'));
    for (const events of [[unhealthy], [other], [later]]) {
      expect(causeOf(factsOf({ status: backingOff(ended(137)), events }))?.summary).toBe(
        'killed: exit 137 (SIGKILL), sender unknown',
      );
    }
  });
});

describe('the arithmetic of a probe', () => {
  const kill = (probe: string) => [
    event('Killing', `Container c failed ${probe} probe, will be restarted`, {
      firstTimestamp: timeText(FIRST_START),
      lastTimestamp: timeText(FIRST_START + 1000),
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

  it('draws no conclusion for a liveness probe that waits for a startup probe', () => {
    const container = { livenessProbe: exec, startupProbe: exec };
    expect(evidenceOf([40], { exitCode: 137, container, events: kill('liveness') })).toContain(
      'liveness probe that never passes: initialDelay 0s + period 10s x threshold 3 + grace 30s = 60s at most; the run lived 40s',
    );
  });
});

describe('a kill from outside, whatever the exit code', () => {
  const container = { livenessProbe: { httpGet: { path: '/', port: 1 }, initialDelaySeconds: 30, periodSeconds: 10 } };
  const old = { firstTimestamp: '2026-11-22T14:20:00Z', lastTimestamp: '2026-11-22T14:50:00Z', count: 6 };
  const probeFailed = [
    event('Killing', 'Container c failed liveness probe, will be restarted', old),
    event('Unhealthy', 'Liveness probe failed: context deadline exceeded', { firstTimestamp: old.firstTimestamp, count: 20 }),
  ];
  const lived = (startedAt: string) => backingOff(ended(2, 'Error', { startedAt }));

  it('is a liveness probe that failed up to the end of a run which lived as long as it allows', () => {
    const facts = { container, status: lived('2026-11-22T14:59:00Z'), events: probeFailed, logTail: QUIET };
    expect(causeOf(factsOf(facts))).toMatchObject({ id: 'liveness-kill', confidence: 'likely' });
  });
});

describe('what a probe said, as the kubelet writes it', () => {
  it.each([
    ['HTTP probe failed with statuscode: 503', 'HTTP probe failed with statuscode: 503'],
    ['dial tcp 10.244.1.7:8081: connect: connection refused', 'dial tcp 10.244.1.7:8081: connect: connection refused'],
    [
      'Get "http://10.244.1.7:8080/healthz": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
      'context deadline exceeded',
    ],
    ['command timed out: "/bin/sleep 30" timed out after 1s', 'timed out after 1s'],
    [
      'timeout: failed to connect service "10.244.1.7:9090" within 1s: context deadline exceeded',
      'failed to connect service "10.244.1.7:9090" within 1s',
    ],
    ['service unhealthy (responded with "NOT_SERVING")', 'NOT_SERVING'],
    [
      'OCI runtime exec failed: exec failed: unable to start container process: exec: "curl": executable file not found in $PATH: unknown',
      'exec: "curl": executable file not found',
    ],
  ])('%s', (said, words) => {
    const message = `Liveness probe failed: ${said}`;
    for (const unhealthy of [event('Unhealthy', message), event('Unhealthy', `(combined from similar events): ${message}`)]) {
      const cause = causeOf(factsOf({ container: PROBES, status: backingOff(ended(137)), events: [unhealthy, KILLED] }));
      expect(cause).toMatchObject({ id: 'liveness-kill', confidence: 'certain' });
      expect(cause?.summary).toContain(words);
    }
  });

  it.each([0, 1, 2, 130, 137, 143, 255])('whatever the program makes of it: exit %d', (exitCode) => {
    const logTail = 'ERROR connect ECONNREFUSED 10.0.0.1:5432\npanic: shutting down\n';
    const cause = causeOf(factsOf({ container: PROBES, status: backingOff(ended(exitCode)), events: [KILLED], logTail }));
    expect(cause).toMatchObject({ id: 'liveness-kill', confidence: 'certain' });
  });

  it('is not lost for a preStop hook that fails as well', () => {
    const events = [event('FailedPreStopHook', 'PreStopHook failed'), KILLED];
    expect(causeOf(factsOf({ container: PROBES, status: backingOff(ended(137)), events }))).toMatchObject({
      id: 'liveness-kill',
    });
  });
});

describe('what the program says that it died of', () => {
  it('does not explain a run that its probe ended', () => {
    const events = [event('Killing', 'Container c failed liveness probe, will be restarted')];
    const status = backingOff(ended(1));
    expect(causeOf(factsOf({ status, events, logTail: 'Error: connect ECONNREFUSED 10.88.9.9:5432' }))).toMatchObject({
      id: 'liveness-kill',
    });
  });
});
