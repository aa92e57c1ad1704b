import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import type { Json } from '../../../src/text/json.ts';
import { backingOff, ended, event, factsOf } from './given-facts.ts';

function endOf(exitCode: number, reason = 'Error', logTail = '', message = '') {
  return causeOf(factsOf({ status: { state: ended(exitCode, reason, { message }) }, logTail }));
}

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

describe('segfault and abort', () => {
  it.each([
    [139, 'segfault', 'exit 139: SIGSEGV, segmentation fault'],
    [-1073741819, 'segfault', 'access violation'],
    [134, 'abort', 'exit 134: SIGABRT'],
    [-1073740791, 'abort', 'fail-fast abort'],
  ])('exit %d is %s', (code, id, summary) => {
    expect(endOf(code)).toMatchObject({ id, summary, confidence: 'likely' });
    expect(endOf(code, 'OOMKilled')?.id).toBe('oom-killed');
  });

  it('add what the program said, if it is about an error', () => {
    expect(endOf(134, 'Error', 'up\nassert failed: n > 0')?.summary).toBe('exit 134: SIGABRT: assert failed: n > 0');
    expect(endOf(139, 'Error', 'loading model table')?.summary).toBe('exit 139: SIGSEGV, segmentation fault');
  });

  it.each([11, 6, 138, 135])('are not exit %d', (code) => {
    expect(endOf(code)?.id).not.toMatch(/segfault|abort/);
  });
});

describe('app-error', () => {
  it.each([
    [1, '', '', 'exit 1'],
    [3, 'syncing\nupstream answered 503\n', '', 'exit 3: upstream answered 503'],
    [64, 'ignored', '{"error":"schema 12 is newer"}', 'exit 64: schema 12 is newer'],
    [135, '', '', 'exit 135: SIGBUS'],
    [141, '', '', 'exit 141: SIGPIPE'],
    [255, '', '', 'exit 255'],
    [-1073741515, '', '', 'exit -1073741515: STATUS_DLL_NOT_FOUND'],
  ])('exit %d', (code, logTail, message, summary) => {
    expect(endOf(code, 'Error', logTail, message)).toMatchObject({ id: 'app-error', confidence: 'likely', summary });
  });

  it.each([
    [130, 'Error', 'sigterm-self', 'exit 130 (SIGINT), not sent by the kubelet'],
    [143, 'Error', 'sigterm-self', 'exit 143 (SIGTERM), not sent by the kubelet'],
    [255, 'Unknown', 'kubelet-restarted', 'lost by the runtime (exit 255, Unknown)'],
    [-1073741510, 'Error', 'sigterm-self', 'exit -1073741510 (STATUS_CONTROL_C_EXIT), not sent by the kubelet'],
    [140, 'Error', 'unknown', 'exit 140 (SIGUSR2)'],
  ])('is not exit %d %s, which somebody else brought on', (code, reason, id, summary) => {
    expect(endOf(code, reason)).toMatchObject({ id, summary });
  });
});

describe('completed-loop', () => {
  const completed = { state: ended(0, 'Completed') };

  it('is exit 0 under a policy that restarts it', () => {
    expect(causeOf(factsOf({ status: completed }))).toMatchObject({
      id: 'completed-loop',
      confidence: 'certain',
      summary: 'exit 0, restarted by policy Always',
    });
  });

  it('says whose policy it is', () => {
    const own = factsOf({ spec: { restartPolicy: 'Never' }, container: { restartPolicy: 'Always' }, status: completed });
    expect(causeOf(own)?.summary).toBe('exit 0, restarted by policy Always');
    const restartPolicyRules = [{ action: 'Restart', exitCodes: { operator: 'In', values: [0] } }];
    const rule = factsOf({ container: { restartPolicy: 'Never', restartPolicyRules }, status: completed });
    expect(causeOf(rule)?.summary).toBe('exit 0, restarted by a restart rule (Restart)');
  });

  it.each(['OnFailure', 'Never'])('is not exit 0 under policy %s: that is success', (restartPolicy) => {
    expect(causeOf(factsOf({ spec: { restartPolicy }, status: completed }))).toBeNull();
  });

  it('is not an init container that is through, but is a sidecar that ends', () => {
    const app = { containers: [{ name: 'app' }] };
    expect(causeOf(factsOf({ spec: { ...app, initContainers: [{ name: 'c' }] }, status: completed }))).toBeNull();
    const sidecar = { ...app, initContainers: [{ name: 'c', restartPolicy: 'Always' }] };
    expect(causeOf(factsOf({ spec: sidecar, status: completed }))).toMatchObject({ id: 'completed-loop' });
  });

  it('is not a kill that the program answered with exit 0', () => {
    const killing = event('Killing', 'Container c failed liveness probe, will be restarted');
    expect(causeOf(factsOf({ status: completed, events: [killing] }))).toMatchObject({
      id: 'liveness-kill',
      summary: 'liveness probe failed, killed (exit 0)',
    });
  });

  it('is not the end of kills that were often told, the last of which the kubelet kept to itself', () => {
    const kills = (count: number, lastTimestamp: string) =>
      event('Killing', 'Container c failed liveness probe, will be restarted', {
        count,
        firstTimestamp: '2026-11-22T14:30:00Z',
        lastTimestamp,
      });
    const idOf = (killing: Json) => causeOf(factsOf({ status: completed, events: [killing] }))?.id;
    expect(idOf(kills(6, '2026-11-22T14:50:00Z'))).toBe('liveness-kill');
    expect(idOf(kills(1, '2026-11-22T14:50:00Z'))).toBe('completed-loop');
    expect(idOf(kills(6, '2026-11-22T14:20:00Z'))).toBe('completed-loop');
  });
});

describe('the log to look at', () => {
  it('is the one before only where the kubelet has it as such', () => {
    expect(causeOf(factsOf({ status: backingOff(ended(1)) }))?.next[0]).toBe('kubectl -n n logs p -c c --previous');
    // While the end is the current state, --previous would give the run before it.
    expect(endOf(1)?.next[0]).toBe('kubectl -n n logs p -c c');
  });
});

describe('the newest failure', () => {
  const earlier = [
    { state: ended(137, 'OOMKilled', { containerID: 'containerd://0', finishedAt: '2026-11-22T14:59:00Z' }), restartCount: 0 },
  ];
  const running = { state: { running: { startedAt: '2026-11-22T15:01:00Z' } }, restartCount: 2, containerID: 'containerd://2' };

  it('goes before older ones', () => {
    expect(causeOf(factsOf({ earlier, status: { ...backingOff(ended(1)), restartCount: 1 } }))).toMatchObject({
      id: 'app-error',
    });
  });

  it('stays the cause while the container runs again', () => {
    expect(causeOf(factsOf({ earlier, status: { ...running, lastState: ended(1) } }))).toMatchObject({ id: 'app-error' });
  });

  it('is remembered where the status has lost it', () => {
    expect(causeOf(factsOf({ earlier, status: running }))).toMatchObject({ id: 'oom-killed' });
  });

  it('is over once the container ended well for good', () => {
    const status = { state: ended(0, 'Completed'), restartCount: 1 };
    expect(causeOf(factsOf({ spec: { restartPolicy: 'OnFailure' }, earlier, status }))).toBeNull();
  });
});
