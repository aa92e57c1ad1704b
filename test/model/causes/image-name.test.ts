import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import { event, factsOf, pulling, waiting } from '../../support/cause-facts.ts';

describe('image-name', () => {
  it('is what the status says', () => {
    expect(pulling('InvalidImageName', "couldn't parse image name: invalid reference format")).toMatchObject({
      id: 'image-name',
      summary: 'image name not valid: registry.example.com/shop/app:1, invalid reference format',
    });
  });

  it('is not said of a container that started since', () => {
    const status = { state: { running: { startedAt: '2026-11-22T15:00:00Z' } } };
    const events = [event('InspectFailed', 'Failed to apply default image tag')];
    expect(causeOf(factsOf({ status, events, earlier: [waiting('InvalidImageName')] }))).toBeNull();
  });
});
