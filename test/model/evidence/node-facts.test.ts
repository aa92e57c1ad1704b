import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import { toNode } from '../../../src/model/resources.ts';
import type { Json } from '../../../src/text/json.ts';
import { ended, event, factsOf, waiting } from '../../support/cause-facts.ts';

const SHORT: Json = {
  metadata: { name: 'node-a', uid: 'node' },
  status: {
    nodeInfo: { architecture: 'arm64', kubeletVersion: 'v1.35.4' },
    conditions: [
      {
        type: 'MemoryPressure',
        status: 'True',
        reason: 'KubeletHasInsufficientMemory',
        message: 'kubelet has insufficient memory',
      },
      { type: 'DiskPressure', status: 'False', reason: 'KubeletHasNoDiskPressure', message: '' },
      { type: 'PIDPressure', status: 'Unknown' },
      { type: 'Ready', status: 'True' },
    ],
  },
};

function nodeEvent(reason: string, message: string, at: string): Json {
  return event(reason, message, {
    involvedObject: { kind: 'Node', name: 'node-a' },
    firstTimestamp: at,
    lastTimestamp: at,
  });
}
const oom = (at: string) => nodeEvent('SystemOOM', 'System OOM encountered, victim process: java, pid: 4711', at);
const boot = (at: string) => nodeEvent('Rebooted', 'Node node-a has been rebooted, boot id: 0b1f', at);

describe('a node', () => {
  it('is projected with what it is short of, and what kind of machine it is', () => {
    const node = toNode(SHORT);
    expect(node.pressures.map((c) => c.type)).toEqual(['MemoryPressure']);
    expect(node.architecture).toBe('arm64');
    expect(toNode({ metadata: { name: 'a', uid: 'b' } })).toMatchObject({ pressures: [], architecture: '' });
  });
});

describe('what is known of the node', () => {
  it('says why it evicted a pod', () => {
    const podStatus = { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' };
    const cause = causeOf(factsOf({ podStatus, status: { state: ended(137) }, node: SHORT }));
    expect(cause).toMatchObject({ id: 'evicted' });
    expect(cause?.evidence).toContain('node node-a: MemoryPressure: kubelet has insufficient memory');
  });

  it('makes it likely that a kill by nobody was for memory, where the kernel said so at that time', () => {
    const { finishedAt } = ended(137).terminated as { finishedAt: string };
    const near = causeOf(factsOf({ status: { state: ended(137) }, nodeEvents: [oom(finishedAt)] }));
    expect(near).toMatchObject({ id: 'oom-suspected', confidence: 'likely' });
    expect(near?.evidence[0]).toMatch(/^node node-a: event SystemOOM \(.*\): System OOM encountered, victim process: java/);
    const longBefore = causeOf(factsOf({ status: { state: ended(137) }, nodeEvents: [oom('2026-11-22T14:00:00Z')] }));
    expect(longBefore).toMatchObject({ id: 'oom-suspected', confidence: 'possible' });
  });

  it('tells of a reboot that ended a run from outside, and of none for a program that failed by itself', () => {
    const { finishedAt } = ended(137).terminated as { finishedAt: string };
    const nodeEvents = [boot(new Date(Date.parse(finishedAt) + 60_000).toISOString())];
    const cause = causeOf(factsOf({ status: { state: ended(137) }, nodeEvents }));
    expect(cause).toMatchObject({ id: 'node-not-ready', summary: 'node node-a was rebooted; killed (exit 137)' });
    expect(cause?.evidence[0]).toContain('event Rebooted');
    expect(causeOf(factsOf({ status: { state: ended(1) }, nodeEvents }))?.id).toBe('app-error');
    expect(causeOf(factsOf({ status: { state: ended(137, 'OOMKilled') }, nodeEvents }))?.id).toBe('oom-killed');
  });

  it('names the machine that an image is not for', () => {
    const status = waiting('ErrImagePull', 'failed to pull: no match for platform in manifest: not found');
    const cause = causeOf(factsOf({ status, node: SHORT }));
    expect(cause).toMatchObject({ id: 'wrong-architecture' });
    expect(cause?.evidence.at(-1)).toBe('node node-a: arm64');
  });
});

it('the evidence does not call it a fact that no event was seen where rights hide them', () => {
  const status = { state: ended(137) };
  expect(causeOf(factsOf({ status }))?.evidence).toContain('no known event reports a kill');
  const hidden = causeOf(factsOf({ status, eventsHidden: 'dev may not list events' }));
  expect(hidden?.evidence).toContain('its events are hidden: dev may not list events');
  expect(hidden?.evidence.join()).not.toContain('no event');
});
