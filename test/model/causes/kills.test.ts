import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import type { Json } from '../../../src/text/json.ts';
import { backingOff, ended, event, factsOf, waiting } from './given-facts.ts';

const LIVENESS = 'Container c failed liveness probe, will be restarted';
const at = (time: string) => ({ firstTimestamp: time, lastTimestamp: time });

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

  it('is told of a startup probe, and of a program that ends with a code of its own when told to stop', () => {
    const killing = event('Killing', 'Init container c failed startup probe');
    expect(causeOf(factsOf({ status: { state: ended(1) }, events: [killing] }))).toMatchObject({
      id: 'startup-kill',
      summary: 'startup probe failed, killed (exit 1)',
    });
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

  it('does not hide that memory ran out', () => {
    expect(causeOf(factsOf({ status: backingOff(ended(137, 'OOMKilled')), events: [event('Killing', LIVENESS)] }))?.id).toBe(
      'oom-killed',
    );
  });
});

describe('post-start-hook', () => {
  const message =
    'Exec lifecycle hook ([/bin/sh -c x]) for Container "c" in Pod "p_n(u)" failed - error: command \'/bin/sh -c x\' exited with 7: , message: "register failed\\n"';

  it('is stated for a moment', () => {
    const status = { ...waiting('PostStartHookError', message), lastState: ended(137), containerID: 'containerd://1' };
    expect(causeOf(factsOf({ status }))).toMatchObject({
      id: 'post-start-hook',
      confidence: 'certain',
      summary: 'postStart hook failed with exit 7: register failed',
    });
  });

  it('fails as well when memory runs out under it: that lies deeper', () => {
    const status = {
      ...waiting('PostStartHookError', message),
      lastState: ended(137, 'OOMKilled'),
      containerID: 'containerd://1',
    };
    expect(causeOf(factsOf({ status }))).toMatchObject({ id: 'oom-killed' });
  });

  it('is known from events through the back-off', () => {
    const events = [event('FailedPostStartHook', 'PostStartHook failed', at('2026-11-22T15:00:01Z'))];
    const verdict = { id: 'post-start-hook', confidence: 'likely', summary: 'postStart hook failed' };
    expect(causeOf(factsOf({ status: backingOff(ended(137)), events }))).toMatchObject(verdict);
    expect(causeOf(factsOf({ status: backingOff(ended(143)), events }))).toMatchObject(verdict);
  });

  it('is not said of a program that got past its hook and failed by itself', () => {
    const events = [event('FailedPostStartHook', 'PostStartHook failed', at('2026-11-22T14:30:00Z'))];
    expect(causeOf(factsOf({ status: backingOff(ended(1)), events }))).toMatchObject({ id: 'app-error' });
  });
});

describe('what ended from outside', () => {
  const deleting = { deletionTimestamp: '2026-11-22T15:00:37Z', deletionGracePeriodSeconds: 30 };

  it('by the deletion of the pod is no failure', () => {
    expect(causeOf(factsOf({ metadata: deleting, status: { state: ended(137) } }))).toBeNull();
    const lost = ended(137, 'ContainerStatusUnknown', { startedAt: null, finishedAt: null, containerID: '' });
    expect(causeOf(factsOf({ metadata: deleting, status: { state: lost } }))).toBeNull();
  });

  it('nor is it when the kubelet asks for the last step of the deletion, without grace', () => {
    const metadata = { deletionTimestamp: '2026-11-22T15:00:12Z', deletionGracePeriodSeconds: 0 };
    const spec = { terminationGracePeriodSeconds: 3 };
    expect(causeOf(factsOf({ metadata, spec, status: { state: ended(137) } }))).toBeNull();
  });

  it('leaves the cause that the pod had before its deletion', () => {
    const earlier = [
      { state: ended(137, 'OOMKilled', { containerID: 'containerd://0', finishedAt: '2026-11-22T14:59:00Z' }), restartCount: 0 },
    ];
    const status = { state: ended(137), restartCount: 1 };
    expect(causeOf(factsOf({ metadata: deleting, earlier, status }))).toMatchObject({ id: 'oom-killed' });
    const before = ended(1, 'Error', { finishedAt: '2026-11-22T15:00:00Z' });
    expect(causeOf(factsOf({ metadata: deleting, status: { state: before } }))).toMatchObject({ id: 'app-error' });
  });

  it('by an edit of its image is no failure', () => {
    const status = (image: string, state: Json, restartCount: number, id: string) => ({
      image,
      state,
      restartCount,
      containerID: id,
    });
    const old = status('app:1', ended(143), 0, 'containerd://1');
    const running = { running: { startedAt: '2026-11-22T15:01:00Z' } };
    const edited = status('app:2', running, 1, 'containerd://2');
    expect(causeOf(factsOf({ earlier: [old], status: { ...edited, lastState: ended(143) } }))).toMatchObject({
      id: 'image-edited',
      confidence: 'likely',
      summary: 'restarted: image edited to app:2',
    });
    const same = status('app:1', running, 1, 'containerd://2');
    expect(causeOf(factsOf({ earlier: [old], status: { ...same, lastState: ended(143) } }))).toMatchObject({
      id: 'sigterm-self',
    });
    // What failed before it was edited is told first, and so is what ended with a code of its own.
    const failed = status('app:1', ended(1), 0, 'containerd://1');
    expect(causeOf(factsOf({ earlier: [failed], status: { ...edited, lastState: ended(1) } }))).toMatchObject({
      id: 'app-error',
    });
  });

  it('by a resize of its resources is no failure', () => {
    const events = [event('Killing', 'Container c resize requires restart')];
    const running = { state: { running: { startedAt: '2026-11-22T15:01:00Z' } }, restartCount: 1, containerID: 'containerd://2' };
    expect(causeOf(factsOf({ status: { ...running, lastState: ended(143) }, events }))).toMatchObject({
      id: 'resized',
      confidence: 'certain',
    });
    const defined = [event('Killing', 'Container c definition changed, will be restarted')];
    expect(causeOf(factsOf({ status: { ...running, lastState: ended(143) }, events: defined }))).toMatchObject({
      id: 'image-edited',
      summary: 'restarted: its definition was edited',
    });
    // A first run that is being stopped for it has not restarted yet, and a resize of long ago does not excuse a kill of today.
    expect(causeOf(factsOf({ status: { state: ended(143) }, events }))).toBeNull();
    const old = [event('Killing', 'Container c resize requires restart', at('2026-11-22T14:30:00Z'))];
    expect(causeOf(factsOf({ status: { state: ended(143) }, events: old }))).toMatchObject({ id: 'sigterm-self' });
  });

  it('by a restart of all containers is neither out of memory nor a kill', () => {
    const rule = { action: 'RestartAllContainers', exitCodes: { operator: 'In', values: [88] } };
    const containers = [{ name: 'c' }, { name: 'source', restartPolicy: 'Never', restartPolicyRules: [rule] }];
    const victim = ended(137, 'RestartingAllContainers', { startedAt: null, finishedAt: null });
    const summary = 'restarted with its pod, by a rule of source';
    expect(causeOf(factsOf({ spec: { containers }, status: { state: victim } }))).toMatchObject({ id: 'restart-rule', summary });
    expect(causeOf(factsOf({ spec: { containers }, status: waiting('RestartingAllContainers') }))).toMatchObject({
      id: 'restart-rule',
      summary,
    });
    expect(causeOf(factsOf({ status: { state: victim } }))?.summary).toBe('restarted with all containers of its pod');
  });

  it('by a failure of the whole pod is told as that', () => {
    const podStatus = { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' };
    expect(causeOf(factsOf({ podStatus, status: { state: ended(137) } }))).toMatchObject({
      id: 'evicted',
      confidence: 'certain',
      summary: 'Evicted: The node was low on resource: memory.',
    });
  });
});
