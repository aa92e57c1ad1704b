import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import type { Json } from '../../../src/text/json.ts';
import { ended, event, factsOf } from '../../support/cause-facts.ts';

describe('what is no failure', () => {
  const metadata: Json = { deletionTimestamp: '2026-11-22T15:00:37Z', deletionGracePeriodSeconds: 30 };
  const stopped = { state: ended(143), restartCount: 1 };

  it('job-backoff: where its Job says that it gave up, and only then', () => {
    const ownerReferences = [{ kind: 'Job', name: 'import', uid: 'job', controller: true }];
    const ownerEvents = [event('BackoffLimitExceeded', 'Job has reached the specified backoff limit')];
    const ofJob = { ...metadata, ownerReferences };
    const cause = causeOf(factsOf({ metadata: ofJob, status: stopped, ownerEvents }));
    expect(cause).toMatchObject({ id: 'job-backoff', summary: 'its Job gave up: BackoffLimitExceeded' });
    expect(cause?.next[0]).toBe('kubectl -n n describe job import');
    expect(causeOf(factsOf({ metadata: ofJob, status: stopped }))?.id).toBe('deleted');
    // What made its tries fail lies deeper.
    const earlier = [
      { state: ended(13, 'Error', { containerID: 'containerd://0', finishedAt: '2026-11-22T14:59:00Z' }), restartCount: 0 },
    ];
    expect(causeOf(factsOf({ metadata: ofJob, earlier, status: stopped, ownerEvents }))?.id).toBe('app-error');
  });
});
