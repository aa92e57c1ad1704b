import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import { event, factsOf, pulling, waiting } from '../../support/cause-facts.ts';

describe('image-never-pull', () => {
  it('is what the status says, and is told from an image that is pulled and not found', () => {
    expect(pulling('ErrImageNeverPull', 'Container image is not present')).toMatchObject({
      id: 'image-never-pull',
      confidence: 'certain',
      summary: 'image not on node, pull policy Never: registry.example.com/shop/app:1',
    });
    expect(pulling('ErrImagePull', 'Container image is not present')?.id).not.toBe('image-never-pull');
  });

  it('is not said of a container that started since', () => {
    const status = { state: { running: { startedAt: '2026-11-22T15:00:00Z' } } };
    const events = [
      event('ErrImageNeverPull', 'Container image is not present'),
      event('InspectFailed', 'Failed to apply default image tag'),
    ];
    expect(causeOf(factsOf({ status, events, earlier: [waiting('ErrImageNeverPull')] }))).toBeNull();
  });
});
