import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import { at, ended, event, factsOf } from '../../support/cause-facts.ts';

describe('what ended from outside', () => {
  it('by a resize of its resources is no failure', () => {
    const events = [event('Killing', 'Container c resize requires restart')];
    const running = { state: { running: { startedAt: '2026-11-22T15:01:00Z' } }, restartCount: 1, containerID: 'containerd://2' };
    expect(causeOf(factsOf({ status: { ...running, lastState: ended(143) }, events }))).toMatchObject({
      id: 'resized',
      confidence: 'certain',
    });
    const defined = [event('Killing', 'Container c definition changed, will be restarted')];
    expect(causeOf(factsOf({ status: { ...running, lastState: ended(143) }, events: defined }))).toMatchObject({
      id: 'image-edited',
      summary: 'restarted: its definition was edited',
    });
    // A first run that is being stopped for it has not restarted yet, and a resize of long ago does not excuse a kill of today.
    expect(causeOf(factsOf({ status: { state: ended(143) }, events }))).toBeNull();
    const old = [event('Killing', 'Container c resize requires restart', at('2026-11-22T14:30:00Z'))];
    expect(causeOf(factsOf({ status: { state: ended(143) }, events: old }))).toMatchObject({ id: 'sigterm-self' });
  });
});
