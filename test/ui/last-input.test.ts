import { describe, expect, it } from 'vitest';
import { IDLE_AFTER_MS, idleSince, keyPressed, NO_KEY_YET } from '../../src/ui/last-input.ts';

const AWAY = IDLE_AFTER_MS;

function pressedAt(...times: readonly number[]) {
  return times.reduce(keyPressed, NO_KEY_YET);
}

describe('what is new since the last key', () => {
  it('is all of it before the first', () => {
    expect(idleSince(NO_KEY_YET, 1000)).toBe(Number.NEGATIVE_INFINITY);
    expect(idleSince(pressedAt(1000), 1001)).toBe(Number.NEGATIVE_INFINITY);
  });

  it('counts from the last key once nobody has pressed one for a while', () => {
    expect(idleSince(pressedAt(1000, 2000), 2000 + AWAY - 1)).toBe(Number.NEGATIVE_INFINITY);
    expect(idleSince(pressedAt(1000, 2000), 2000 + AWAY)).toBe(2000);
  });

  it('keeps its marks while somebody who came back reads, key by key', () => {
    const back = 2000 + 10 * AWAY;
    const keys = Array.from({ length: 50 }, (_, i) => back + i * (AWAY - 1));
    expect(idleSince(pressedAt(2000, ...keys), keys.at(-1) as number)).toBe(2000);
    expect(idleSince(pressedAt(2000, ...keys), (keys.at(-1) as number) + AWAY)).toBe(keys.at(-1));
  });
});
