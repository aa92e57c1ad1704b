import { describe, expect, it } from 'vitest';
import { EventFilter, NOT_ROUTINE } from '../../../../src/sources/kubernetes/reads/event-filter.ts';

const about = (uid: string, kind = 'Pod', type = 'Warning') => ({ type, involved: { kind, uid } });

describe('EventFilter', () => {
  it('passes events about pods and owners that were admitted, about nodes, and the complaints of owners', () => {
    const filter = new EventFilter<string>();
    filter.admit('a');
    filter.admit('rs');
    expect(filter.passes(about('a'), 'one')).toBe(true);
    expect(filter.passes(about('n', 'Node', 'Normal'), 'two')).toBe(true);
    expect(filter.passes(about('b'), 'three')).toBe(false);
    expect(filter.passes(about('other', 'ReplicaSet'), 'four')).toBe(true);
    expect(filter.passes(about('other', 'ReplicaSet', 'Normal'), 'five')).toBe(false);
    expect(filter.passes(about('rs', 'ReplicaSet', 'Normal'), 'six')).toBe(true);
  });

  it('gives back what came before, once, in order', () => {
    const filter = new EventFilter<string>();
    filter.passes(about('a'), 'first');
    filter.passes(about('b'), 'other');
    filter.passes(about('a'), 'second');
    filter.passes(about('job', 'Job', 'Normal'), 'third');
    expect(filter.admit('a')).toEqual(['first', 'second']);
    expect(filter.admit('a')).toEqual([]);
    expect(filter.admit('job')).toEqual(['third']);
  });

  it('drops what is about nothing that crashtop shows', () => {
    const filter = new EventFilter<string>();
    expect(filter.passes(about('i', 'Ingress'), 'one')).toBe(false);
    expect(filter.admit('i')).toEqual([]);
  });

  it('holds a bounded number: those that waited longest go', () => {
    const filter = new EventFilter<number>();
    for (let i = 0; i < 3000; i++) filter.passes(about(`pod-${i}`), i);
    expect(filter.admit('pod-999')).toEqual([]);
    expect(filter.admit('pod-1000')).toEqual([1000]);
    expect(filter.admit('pod-2999')).toEqual([2999]);
  });
});

it('what tells of kills, probes, back-offs and pulls is no routine', () => {
  const routine = NOT_ROUTINE.split(',').map((term) => term.replace('reason!=', ''));
  for (const reason of ['Killing', 'Unhealthy', 'BackOff', 'Failed', 'Pulling', 'Starting', 'FailedCreate', 'SuccessfulCreate'])
    expect(routine).not.toContain(reason);
  expect(NOT_ROUTINE).toContain('reason!=Scheduled,reason!=Pulled');
});
