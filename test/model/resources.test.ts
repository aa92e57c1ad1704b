import { describe, expect, it } from 'vitest';
import { exceededDeadlineOf, type Owner, saysTrouble, toOwner, trueConditionOf } from '../../src/model/resources.ts';
import type { Json } from '../../src/text/json.ts';
import { recordedTimeline } from '../support/recorded.ts';

async function ownerAt(seconds: number, kind: string, name: string): Promise<Owner> {
  const timeline = await recordedTimeline('zoo-1.33');
  const { owners } = timeline.stateAt(timeline.startedAt + seconds * 1000);
  const found = [...owners.values()].find((o) => o.kind === kind && o.name === name);
  if (found === undefined) throw new Error(`no ${kind} ${name}`);
  return found;
}

describe('an owner', () => {
  it('has the counts of its status, and the conditions', async () => {
    const storefront = await ownerAt(700, 'Deployment', 'storefront');
    expect(storefront).toMatchObject({ desired: 6, created: 7, updated: 5, ready: 2, available: 2, unavailable: 5 });
    expect(storefront).toMatchObject({ revision: '2', images: ['registry.example.com/shop/app:1.5.0'], isObserved: true });
    expect(exceededDeadlineOf(storefront)?.since).toBe(Date.parse('2026-11-22T16:15:35Z'));
    expect(saysTrouble(storefront)).toBe(true);
    expect(saysTrouble(await ownerAt(800, 'Deployment', 'storefront'))).toBe(false);
    expect(trueConditionOf(await ownerAt(700, 'Deployment', 'burst'), 'ReplicaFailure')?.reason).toBe('FailedCreate');
  });

  it('of other kinds has the counts that those give: what the API leaves out is 0, once its controller has looked', async () => {
    expect(await ownerAt(100, 'DaemonSet', 'agent')).toMatchObject({ desired: 1, available: 0, created: 1 });
    expect(await ownerAt(100, 'StatefulSet', 'store')).toMatchObject({ desired: 1, available: 0, created: 1 });
    const raw = { metadata: { name: 'a', uid: 'u', generation: 1 }, spec: { replicas: 3 }, status: {} };
    expect(toOwner(raw, 'Deployment')).toMatchObject({ desired: 3, available: null, isObserved: false });
    expect(toOwner({ ...raw, status: { desiredNumberScheduled: 0 } }, 'DaemonSet')).toMatchObject({ desired: null });
  });

  it('of a StatefulSet or DaemonSet says how it replaces its pods, where that is known', async () => {
    const rolling = { isAutomatic: true, partition: 0, isOrdered: false, currentRevision: '', updateRevision: '' };
    expect((await ownerAt(100, 'DaemonSet', 'agent')).rollout).toEqual(rolling);
    const { rollout } = await ownerAt(100, 'StatefulSet', 'store');
    expect(rollout).toMatchObject({ isAutomatic: true, isOrdered: true, updateRevision: expect.stringMatching(/^store-/) });
    expect((await ownerAt(700, 'Deployment', 'storefront')).rollout).toBeNull();
    const set = (spec: Json) => toOwner({ metadata: { name: 'a', uid: 'u' }, spec, status: {} }, 'StatefulSet').rollout;
    expect(set({})).toBeNull();
    expect(set({ updateStrategy: { type: 'OnDelete' }, podManagementPolicy: 'Parallel' })).toMatchObject({
      isAutomatic: false,
      isOrdered: false,
    });
    // All pods are deleted, and made anew once they are gone: in no order.
    expect(set({ updateStrategy: { type: 'Recreate' } })).toMatchObject({ isAutomatic: true, isOrdered: false });
    expect(set({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } })?.partition).toBe(2);
  });

  it('tells of Jobs and CronJobs', async () => {
    const nightly = await ownerAt(200, 'Job', 'nightly');
    expect(nightly).toMatchObject({ desired: null, available: null, cron: null });
    expect(nightly.job).toMatchObject({ active: 0, failed: 4, succeeded: 0, backoffLimit: 3, completedAt: null });
    expect(trueConditionOf(nightly, 'Failed')?.reason).toBe('BackoffLimitExceeded');
    const cleanup = await ownerAt(200, 'CronJob', 'cleanup');
    expect(cleanup.cron).toEqual({
      schedule: '* * * * *',
      isSuspended: false,
      lastScheduledAt: Date.parse('2026-11-22T16:07:00Z'),
      lastSucceededAt: null,
    });
    expect(cleanup.template['cleanup: image']).toBe('registry.example.com/shop/app:1.4.2');
  });
});
