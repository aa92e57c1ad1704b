import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import { expectStartError } from '../../support/cause-expectations.ts';
import { backingOff, causeOfStart, ended, endOf, event, evidenceOf, factsOf, PROCESS, said } from '../../support/cause-facts.ts';

const LIVENESS = 'Container c failed liveness probe, will be restarted';

describe('oom-killed', () => {
  const container = { resources: { limits: { memory: '512Mi' } } };

  it('is what the runtime says, with the limit', () => {
    const cause = causeOf(factsOf({ container, status: backingOff(ended(137, 'OOMKilled')) }));
    expect(cause).toMatchObject({ id: 'oom-killed', confidence: 'certain', summary: 'OOMKilled, limit 512Mi' });
    expect(cause?.evidence).toEqual([
      'terminated: OOMKilled, exit 137: SIGKILL, out of memory',
      'ran 10s, ended 2026-11-22T15:00:10Z',
      'spec: limit 512Mi',
      'it reached 512Mi 10s after its start',
    ]);
    expect(cause?.next).toContain('kubectl -n n logs p -c c --previous');
  });

  it('holds where only a child of the program was killed', () => {
    expect(causeOf(factsOf({ container, status: { state: ended(0, 'OOMKilled') } }))?.summary).toBe(
      'OOMKilled, limit 512Mi (exit 0)',
    );
    expect(endOf(1, 'OOMKilled')?.summary).toBe('OOMKilled, no memory limit of its own (exit 1)');
  });

  it('is never inferred from 137 alone, nor from what a log says', () => {
    expect(endOf(137)?.id).not.toBe('oom-killed');
    expect(endOf(137, 'Error', 'Out of memory: Killed process 17')?.id).not.toBe('oom-killed');
    expect(endOf(137, 'ContainerStatusUnknown')?.id).not.toMatch(/oom/);
  });
});

describe('a failed probe', () => {
  it('does not hide that memory ran out', () => {
    expect(causeOf(factsOf({ status: backingOff(ended(137, 'OOMKilled')), events: [event('Killing', LIVENESS)] }))?.id).toBe(
      'oom-killed',
    );
  });
});

describe('what ended from outside', () => {
  const deleting = { deletionTimestamp: '2026-11-22T15:00:37Z', deletionGracePeriodSeconds: 30 };

  it('leaves the cause that the pod had before its deletion', () => {
    const earlier = [
      { state: ended(137, 'OOMKilled', { containerID: 'containerd://0', finishedAt: '2026-11-22T14:59:00Z' }), restartCount: 0 },
    ];
    const status = { state: ended(137), restartCount: 1 };
    expect(causeOf(factsOf({ metadata: deleting, earlier, status }))).toMatchObject({ id: 'oom-killed' });
    const before = ended(1, 'Error', { finishedAt: '2026-11-22T15:00:00Z' });
    expect(causeOf(factsOf({ metadata: deleting, status: { state: before } }))).toMatchObject({ id: 'app-error' });
  });
});

describe('a memory limit of the pod (KEP-2837)', () => {
  const spec = { resources: { limits: { memory: '256Mi' } } };

  it('is what a container without one of its own is killed at', () => {
    const cause = causeOf(factsOf({ spec, status: backingOff(ended(137, 'OOMKilled')) }));
    expect(cause).toMatchObject({ id: 'oom-killed', summary: "OOMKilled, the pod's limit 256Mi", confidence: 'certain' });
    expect(cause?.evidence).toContain("spec: the pod's limit 256Mi");
  });

  it('stands beside the limit of a container that has one, and is not made up', () => {
    const container = { name: 'c', resources: { limits: { memory: '64Mi' } } };
    const cause = causeOf(factsOf({ spec: { ...spec, containers: [container] }, status: backingOff(ended(137, 'OOMKilled')) }));
    expect(cause?.summary).toBe('OOMKilled, limit 64Mi');
    expect(cause?.evidence).toContain("spec: limit 64Mi; the pod's limit 256Mi");
    expect(causeOf(factsOf({ status: backingOff(ended(137, 'OOMKilled')) }))?.summary).toBe(
      'OOMKilled, no memory limit of its own',
    );
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

describe('memory', () => {
  it.each([0, 1, 2, 137, 143])('is what the runtime says, whatever the code: OOMKilled with exit %d', (exitCode) => {
    const cause = causeOf(factsOf({ status: backingOff(ended(exitCode, 'OOMKilled')), logTail: 'worker died, giving up' }));
    expect(cause).toMatchObject({ id: 'oom-killed', confidence: 'certain' });
    expect(cause?.summary).toBe(`OOMKilled, no memory limit of its own${exitCode === 137 ? '' : ` (exit ${exitCode})`}`);
  });

  it('tells how fast a run got there only where it ended of it: its child may have been killed long before', () => {
    const told = (exitCode: number) =>
      causeOf(factsOf({ status: backingOff(ended(exitCode, 'OOMKilled')) }))?.evidence.filter((fact) =>
        /after (?:its|their) start/.test(fact),
      );
    expect(told(137)).toEqual(['it ran out of memory 10s after its start']);
    expect(told(0)).toEqual([]);
  });

  it('is what an init container ran out of, too', () => {
    const spec = { containers: [{ name: 'app' }], initContainers: [{ name: 'c' }] };
    expect(causeOf(factsOf({ spec, status: backingOff(ended(137, 'OOMKilled')) }))).toMatchObject({ id: 'oom-killed' });
  });
});

describe('starts that a runtime refuses, in its words', () => {
  it.each([
    [
      'runc, a limit of memory below what it needs itself',
      `${PROCESS}container init was OOM-killed (memory limit too low?): unknown`,
      'oom-killed',
      'certain',
      'OOMKilled at its start, no memory limit of its own',
    ],
  ])('%s', (_, message, id, confidence, summary) => {
    expect(causeOfStart(message)).toMatchObject({ id, confidence, summary });
  });
});

describe('a start that fails', () => {
  it.each([
    [
      `${PROCESS}container init was OOM-killed (memory limit too low?): unknown`,
      'oom-killed',
      'OOMKilled at its start, no memory limit of its own',
    ],
  ])('%s', (message, id, summary) => expectStartError(message, id, summary));
});

describe('what the program says that it died of', () => {
  it.each([[137, 'OOMKilled', 'oom-killed']])('does not explain exit %d %s', (code, reason, id) => {
    expect(said('Error: connect ECONNREFUSED 10.88.9.9:5432', code, reason)).toMatchObject({ id });
  });
});
