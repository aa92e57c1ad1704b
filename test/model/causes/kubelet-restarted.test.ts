import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import { ended, factsOf } from '../../support/cause-facts.ts';

const running = { state: { running: { startedAt: '2026-11-22T15:01:00Z' } }, restartCount: 1, containerID: 'containerd://2' };

describe('kubelet-restarted', () => {
  it('is likely where the kubelet tells of its start, and possible where it does not', () => {
    const status = { ...running, lastState: ended(255, 'Unknown') };
    const start = Date.parse('2026-11-22T15:00:40Z');
    const cause = causeOf(factsOf({ status, kubeletStarts: [start] }));
    expect(cause).toMatchObject({
      id: 'kubelet-restarted',
      confidence: 'likely',
      summary: 'lost by the runtime (exit 255, Unknown)',
    });
    expect(cause?.evidence.at(-1)).toBe('the kubelet of node-a started at 2026-11-22T15:00:40Z');
    expect(causeOf(factsOf({ status, kubeletStarts: [start - 3_600_000] }))?.confidence).toBe('possible');
    const lost = ended(137, 'ContainerStatusUnknown', { startedAt: null, finishedAt: null });
    expect(causeOf(factsOf({ status: { state: lost } }))).toMatchObject({ id: 'kubelet-restarted', confidence: 'possible' });
  });

  it('does not explain a program that ended with 255 by itself while the kubelet restarted', () => {
    const start = Date.parse('2026-11-22T15:00:40Z');
    expect(causeOf(factsOf({ status: { state: ended(255) }, kubeletStarts: [start] }))?.id).toBe('app-error');
  });
});
