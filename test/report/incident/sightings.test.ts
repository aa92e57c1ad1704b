import { describe, expect, it } from 'vitest';
import { isWorkloadEntry } from '../../../src/diagnosis/entry.ts';
import type { Pod } from '../../../src/model/pod.ts';
import { sightingsBetween, worseOf } from '../../../src/report/incident/sightings.ts';
import { Timeline } from '../../../src/timeline/timeline.ts';
import { containerStatus, termination } from '../../support/container-status.ts';
import { pod } from '../../support/pod.ts';

const HOUR = 3_600_000;
const START = Date.parse('2026-11-22T00:00:00Z');

function arrive(timeline: Timeline, at: number, object: Pod, verb: 'ADDED' | 'MODIFIED' | 'DELETED' = 'MODIFIED'): void {
  timeline.append({ at, line: 0, type: 'object', verb, object });
}

function waits(reason: string, createdAt: number): Pod {
  const status = containerStatus({
    ready: false,
    state: { type: 'waiting', reason, message: '' },
    containerID: '',
    image: '',
    started: false,
  });
  return pod({ phase: 'Pending', createdAt, containers: [status] });
}

function day(): Timeline {
  const timeline = new Timeline(START);
  timeline.append({
    ...{ at: START, line: 0, type: 'snapshot', kind: 'Pod', namespace: null, items: [], more: false },
  });
  return timeline;
}

describe('what was seen between two times', () => {
  it('takes a few hundred looks for a year in which nothing arrives, and still sees what time alone ends', () => {
    const timeline = day();
    const broken = START + HOUR;
    arrive(timeline, broken, waits('ImagePullBackOff', broken), 'ADDED');
    const end = START + 365 * 24 * HOUR;
    timeline.close(end);
    let looks = 0;
    const counted = new Proxy(timeline, {
      get(target, name) {
        if (name === 'stateAt') looks++;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    expect(sightingsBetween(counted, START, end)).toHaveLength(1);
    expect(looks).toBeLessThan(1500);
  });

  it('has what came and went between two looks of a long recording', () => {
    const timeline = day();
    const broken = START + 5 * HOUR + 1234;
    arrive(timeline, broken, waits('ImagePullBackOff', broken), 'ADDED');
    arrive(timeline, broken + 20_000, pod({ createdAt: broken }));
    timeline.close(START + 24 * HOUR);
    const seen = sightingsBetween(timeline, START, START + 24 * HOUR);
    expect(seen.map(({ entry, since }) => [entry.key, since])).toEqual([['pod-1/api', broken]]);
    expect(seen[0]?.lastAt).toBeGreaterThanOrEqual(broken);
    expect(seen[0]?.lastAt).toBeLessThanOrEqual(broken + 20_000);
  });

  it('has what got into trouble because time passed, and out of it at once', () => {
    const timeline = day();
    const died = START + 5 * HOUR;
    const dead = containerStatus({
      ready: false,
      state: { type: 'terminated', ...termination({ startedAt: died - 2 * HOUR, finishedAt: died }) },
    });
    arrive(timeline, died - HOUR, pod(), 'ADDED');
    arrive(timeline, died, pod({ containers: [dead] }));
    // It is a problem once it has not been started for 30 s.
    arrive(timeline, died + 50_000, pod({ containers: [dead] }), 'DELETED');
    timeline.close(START + 24 * HOUR);
    const [seen, ...others] = sightingsBetween(timeline, START, START + 24 * HOUR);
    expect(others).toEqual([]);
    expect(seen?.entry.key).toBe('pod-1/api');
    expect(seen !== undefined && !isWorkloadEntry(seen.entry) && seen.entry.trouble?.state).toBe('looping');
  });

  it('is nothing where nothing was wrong', () => {
    const timeline = day();
    arrive(timeline, START + HOUR, pod(), 'ADDED');
    expect(sightingsBetween(timeline, START, START + 2 * HOUR)).toEqual([]);
  });
});

it('a problem that is seen twice has the worse of its impacts', () => {
  const impact = (level: 'down' | 'degraded' | 'available', lowest: number) => ({ level, lowest, desired: 3 });
  expect(worseOf(null, impact('available', 3))).toEqual(impact('available', 3));
  expect(worseOf(impact('degraded', 2), impact('degraded', 1))).toEqual(impact('degraded', 1));
  expect(worseOf(impact('down', 0), impact('degraded', 1))).toEqual(impact('down', 0));
});
