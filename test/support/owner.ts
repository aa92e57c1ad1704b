import type { Owner } from '../../src/model/resources.ts';

/** A Deployment `shop/web` that wants and has two available pods, unless told otherwise. */
export function owner(fields: Partial<Owner> = {}): Owner {
  return {
    kind: 'Deployment',
    uid: 'deployment-web',
    namespace: 'shop',
    name: 'web',
    createdAt: null,
    controller: null,
    desired: 2,
    available: 2,
    created: 2,
    updated: 2,
    ready: 2,
    unavailable: 0,
    isObserved: true,
    minReadyMs: 0,
    isPaused: false,
    conditions: [],
    job: null,
    cron: null,
    rollout: null,
    revision: '1',
    earlierRevisions: [],
    numberedAt: null,
    progressedAt: null,
    images: [],
    template: {},
    ...fields,
  };
}
