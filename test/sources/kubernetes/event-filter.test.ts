import { describe, expect, it } from 'vitest';
import { EventFilter } from '../../../src/sources/kubernetes/event-filter.ts';

const about = (uid: string, kind = 'Pod') => ({ kind, uid });

describe('EventFilter', () => {
  it('passes events about pods that are known, and about what is no pod', () => {
    const filter = new EventFilter<string>();
    filter.addPod('a');
    expect(filter.passes(about('a'), 'one')).toBe(true);
    expect(filter.passes(about('n', 'Node'), 'two')).toBe(true);
    expect(filter.passes(about('b'), 'three')).toBe(false);
  });

  it('gives back what came before its pod, once, in order', () => {
    const filter = new EventFilter<string>();
    filter.passes(about('a'), 'first');
    filter.passes(about('b'), 'other');
    filter.passes(about('a'), 'second');
    expect(filter.addPod('a')).toEqual(['first', 'second']);
    expect(filter.addPod('a')).toEqual([]);
  });

  it('holds a bounded number: those that waited longest go', () => {
    const filter = new EventFilter<number>();
    for (let i = 0; i < 2000; i++) filter.passes(about(`pod-${i}`), i);
    expect(filter.addPod('pod-999')).toEqual([]);
    expect(filter.addPod('pod-1000')).toEqual([1000]);
    expect(filter.addPod('pod-1999')).toEqual([1999]);
  });
});
