import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import type { Json } from '../../../src/text/json.ts';
import { backingOff, ended, event, factsOf, said } from '../../support/cause-facts.ts';

describe('oom-suspected', () => {
  const container = { resources: { limits: { memory: '64Mi' } } };

  it('is no more than possible of a SIGKILL that nobody owned up to', () => {
    const cause = causeOf(factsOf({ container, status: backingOff(ended(137)) }));
    expect(cause).toMatchObject({
      id: 'oom-suspected',
      confidence: 'possible',
      summary: 'killed: exit 137 (SIGKILL), sender unknown',
    });
    expect(cause?.evidence).toEqual(expect.arrayContaining(['spec: limit 64Mi', 'no known event reports a kill']));
  });

  it('is likely where more points to memory', () => {
    const summary = 'killed: exit 137 (SIGKILL), sender unknown; perhaps out of memory';
    const verdict = { id: 'oom-suspected', confidence: 'likely', summary };
    const earlier = [
      { state: ended(137, 'OOMKilled', { containerID: 'containerd://0', finishedAt: '2026-11-22T14:59:00Z' }), restartCount: 0 },
    ];
    expect(causeOf(factsOf({ earlier, status: { ...backingOff(ended(137)), restartCount: 1 } }))).toMatchObject(verdict);
    expect(causeOf(factsOf({ status: { state: ended(137) }, logTail: 'Out of memory: Killed process 17' }))).toMatchObject(
      verdict,
    );
  });

  it('names a probe that fits, where its events were not seen', () => {
    const livenessProbe = { exec: { command: ['false'] }, initialDelaySeconds: 2, periodSeconds: 4, failureThreshold: 2 };
    const hint = 'it lived 10s, as long as its liveness probe allows without a success: the probe may have killed it';
    const evidenceWith = (probe: Json) => causeOf(factsOf({ container: probe, status: backingOff(ended(137)) }))?.evidence;
    expect(evidenceWith({ livenessProbe })).toContain(hint);
    expect(evidenceWith({ livenessProbe: { ...livenessProbe, periodSeconds: 60 } })?.join()).not.toContain('probe');
    expect(evidenceWith({})?.join()).not.toContain('probe');
  });

  it('is not a kill that has an owner', () => {
    const kill = event('Killing', 'Container c failed liveness probe, will be restarted');
    expect(causeOf(factsOf({ status: { state: ended(137) }, events: [kill] }))?.id).toBe('liveness-kill');
    expect(causeOf(factsOf({ status: { state: ended(137, 'OOMKilled') } }))?.id).toBe('oom-killed');
    const metadata = { deletionTimestamp: '2026-11-22T15:00:12Z', deletionGracePeriodSeconds: 3 };
    expect(causeOf(factsOf({ metadata, status: { state: ended(137) } }))).toBeNull();
  });
});

describe('memory', () => {
  it.each([
    ['a setting of the JVM', 'Picked up JAVA_TOOL_OPTIONS: -XX:+ExitOnOutOfMemoryError -XX:+HeapDumpOnOutOfMemoryError\nstarted'],
    ['a score of the kernel', 'oom_score_adj of 1 set to -997\nOOM protection enabled'],
    ['an information', '2026-11-22T15:00:00Z INFO watching for out of memory conditions'],
    ['what it got over, long ago', `worker 7 was OOM killed\n${'served\n'.repeat(60)}`],
  ])('is not suspected more for %s', (_, logTail) => {
    const cause = causeOf(factsOf({ status: backingOff(ended(137)), logTail }));
    expect(cause).toMatchObject({
      id: 'oom-suspected',
      confidence: 'possible',
      summary: 'killed: exit 137 (SIGKILL), sender unknown',
    });
  });

  it.each([
    ['its last words', 'MemoryError: cannot allocate memory'],
    ['what a shell says of its child', '/entrypoint.sh: line 7:    12 Killed                  java -jar app.jar\nout of memory'],
  ])('is suspected more for %s', (_, logTail) => {
    expect(causeOf(factsOf({ status: backingOff(ended(137)), logTail }))).toMatchObject({
      id: 'oom-suspected',
      confidence: 'likely',
    });
  });
});

describe('exit codes and what they stand for', () => {
  it.each([[137, 'oom-suspected', 'possible']])('exit %d', (exitCode, id, confidence) => {
    expect(causeOf(factsOf({ status: backingOff(ended(exitCode)) }))).toMatchObject({ id, confidence });
  });
});

describe('what the program says that it died of', () => {
  it.each([[137, 'Error', 'oom-suspected']])('does not explain exit %d %s', (code, reason, id) => {
    expect(said('Error: connect ECONNREFUSED 10.88.9.9:5432', code, reason)).toMatchObject({ id });
  });
});
