import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import type { Json } from '../../../src/text/json.ts';
import { expectPodFailure } from '../../support/cause-expectations.ts';
import { ended, factsOf, waiting } from '../../support/cause-facts.ts';

const running = { state: { running: { startedAt: '2026-11-22T15:01:00Z' } }, restartCount: 1, containerID: 'containerd://2' };

const node = (ready: string, since = '2026-11-22T15:00:40Z'): Json => ({
  metadata: { name: 'node-a', uid: 'node' },
  status: { conditions: [{ type: 'Ready', status: ready, lastTransitionTime: since }] },
});

describe('node-not-ready', () => {
  const lost = ended(137, 'ContainerStatusUnknown', { startedAt: null, finishedAt: null });

  it('explains what was lost or killed from outside when the node went away', () => {
    const cause = causeOf(factsOf({ status: { state: ended(137) }, node: node('Unknown') }));
    expect(cause).toMatchObject({
      id: 'node-not-ready',
      confidence: 'likely',
      summary: 'node node-a is not ready; killed (exit 137)',
    });
    expect(cause?.evidence[0]).toBe(
      'node node-a: Ready is Unknown since 2026-11-22T15:00:40Z; the status of its pods may be outdated',
    );
    expect(cause?.next[0]).toBe('kubectl describe node node-a');
    expect(causeOf(factsOf({ status: { state: lost }, node: node('False') }))?.id).toBe('node-not-ready');
  });

  it('is certain where the status of the pod says it', () => {
    const podStatus = {
      phase: 'Failed',
      reason: 'Terminated',
      message: 'Pod was terminated in response to imminent node shutdown.',
    };
    expect(causeOf(factsOf({ podStatus, status: { state: ended(143) } }))).toMatchObject({
      id: 'node-not-ready',
      confidence: 'certain',
    });
  });

  it.each([
    ['a program that failed by itself', ended(1), 'app-error'],
    ['memory', ended(137, 'OOMKilled'), 'oom-killed'],
    [
      'a kill of long before',
      ended(137, 'Error', { finishedAt: '2026-11-22T14:50:00Z', startedAt: '2026-11-22T14:49:00Z' }),
      'oom-suspected',
    ],
  ])('does not explain %s', (_, end, id) => {
    const cause = causeOf(factsOf({ status: { state: end }, node: node('Unknown') }));
    expect(cause?.id).toBe(id);
    // The state of the node is told all the same.
    expect(cause?.evidence.at(-1)).toMatch(/^node node-a: Ready is Unknown since /);
  });

  it('is not said on a node that is ready, nor of a container that never failed', () => {
    expect(causeOf(factsOf({ status: { state: ended(137) }, node: node('True') }))?.id).toBe('oom-suspected');
    expect(causeOf(factsOf({ status: { state: running.state }, node: node('Unknown') }))).toBeNull();
    expect(causeOf(factsOf({ status: waiting('ContainerCreating'), node: node('Unknown') }))).toBeNull();
  });
});

describe('pods that the kubelet or a controller ended as a whole', () => {
  it.each([
    ['Terminated', 'Pod was terminated in response to imminent node shutdown.', 'node-not-ready'],
    ['NodeShutdown', 'Pod was rejected as the node is shutting down.', 'node-not-ready'],
  ])('%s: %s', (reason, message, id) => expectPodFailure(reason, message, id));
});
