import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import { backingOff, ended, factsOf } from '../../support/cause-facts.ts';

const spec = {
  containers: [{ name: 'app' }],
  initContainers: [{ name: 'first' }, { name: 'c', restartPolicy: 'Always' }],
};
const status = backingOff(ended(1));

describe('sidecar-failed', () => {
  it('says where it failed, with the cause that the container has itself', () => {
    expect(causeOf(factsOf({ spec, status }))).toMatchObject({ id: 'sidecar-failed', summary: 'sidecar failed: exit 1' });
  });

  it('leaves the word to a cause that says more, and is not said of an app container', () => {
    expect(causeOf(factsOf({ spec, status: backingOff(ended(137, 'OOMKilled')) }))?.id).toBe('oom-killed');
    expect(causeOf(factsOf({ status }))?.id).toBe('app-error');
  });
});
