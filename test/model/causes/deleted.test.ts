import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import type { Json } from '../../../src/text/json.ts';
import { ended, factsOf } from '../../support/cause-facts.ts';

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
});

describe('what is no failure', () => {
  const metadata: Json = { deletionTimestamp: '2026-11-22T15:00:37Z', deletionGracePeriodSeconds: 30 };
  const stopped = { state: ended(143), restartCount: 1 };

  it('deleted: of a container that restarted before, for reasons that nobody saw', () => {
    const cause = causeOf(factsOf({ metadata, status: stopped }));
    expect(cause).toMatchObject({ id: 'deleted', confidence: 'certain', summary: 'ended by the deletion of its pod (exit 143)' });
    expect(cause?.evidence[0]).toBe('deletion requested at 2026-11-22T15:00:07Z');
  });

  it('deleted: a failure before it stays the cause, and the first run of a pod needs no cause', () => {
    const earlier = [
      { state: ended(1, 'Error', { containerID: 'containerd://0', finishedAt: '2026-11-22T14:59:00Z' }), restartCount: 0 },
    ];
    expect(causeOf(factsOf({ metadata, earlier, status: stopped }))?.id).toBe('app-error');
    expect(causeOf(factsOf({ metadata, status: { state: ended(143) } }))).toBeNull();
  });
});
