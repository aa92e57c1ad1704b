import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import type { Json } from '../../../src/text/json.ts';
import { ended, factsOf } from '../../support/cause-facts.ts';

describe('what ended from outside', () => {
  it('by an edit of its image is no failure', () => {
    const status = (image: string, state: Json, restartCount: number, id: string) => ({
      image,
      state,
      restartCount,
      containerID: id,
    });
    const old = status('app:1', ended(143), 0, 'containerd://1');
    const running = { running: { startedAt: '2026-11-22T15:01:00Z' } };
    const edited = status('app:2', running, 1, 'containerd://2');
    expect(causeOf(factsOf({ earlier: [old], status: { ...edited, lastState: ended(143) } }))).toMatchObject({
      id: 'image-edited',
      confidence: 'likely',
      summary: 'restarted: image edited to app:2',
    });
    const same = status('app:1', running, 1, 'containerd://2');
    expect(causeOf(factsOf({ earlier: [old], status: { ...same, lastState: ended(143) } }))).toMatchObject({
      id: 'sigterm-self',
    });
    // What failed before it was edited is told first, and so is what ended with a code of its own.
    const failed = status('app:1', ended(1), 0, 'containerd://1');
    expect(causeOf(factsOf({ earlier: [failed], status: { ...edited, lastState: ended(1) } }))).toMatchObject({
      id: 'app-error',
    });
  });
});
