import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import { backingOff, ended, factsOf } from '../../support/cause-facts.ts';

const spec = { containers: [{ name: 'app' }], initContainers: [{ name: 'first' }, { name: 'c' }] };
const status = backingOff(ended(1));

describe('init-failed', () => {
  it('says where it failed, with the cause that the container has itself', () => {
    const init = causeOf(factsOf({ spec, status, logTail: 'schema 12 is not compatible' }));
    expect(init).toMatchObject({ id: 'init-failed', summary: 'init container failed: exit 1: schema 12 is not compatible' });
    expect(init?.evidence.at(-1)).toBe('spec: init container 2 of 2; the app containers wait for it');
  });

  it('leaves the word to a cause that says more, and is not said of an app container', () => {
    const logTail = 'Error: connect ECONNREFUSED 10.88.9.9:5432';
    expect(causeOf(factsOf({ spec, status, logTail }))?.id).toBe('connection-refused');
    expect(causeOf(factsOf({ status }))?.id).toBe('app-error');
  });
});
