import { describe, expect, it } from 'vitest';
import { countSince, type WithNodeTroubles, withNodeTroubles } from '../../src/diagnosis/node-trouble.ts';
import { problemListAt } from '../../src/diagnosis/problem-list.ts';
import { troublesAt } from '../../src/diagnosis/problems.ts';
import { countTroubles } from '../../src/report/json/snapshot.ts';
import type { Envelope } from '../../src/timeline/envelope.ts';
import { Timeline } from '../../src/timeline/timeline.ts';
import { GROUPINGS } from '../../src/view/table/grouping.ts';
import { countWorkloads, tableOf } from '../../src/view/table/table.ts';
import { containerStatus, termination } from '../support/container-status.ts';
import { againStatus, LOST, nodeReboot, podOf, REBOOTED_AT, type RebootFields } from '../support/node-reboot.ts';
import { kubeEvent, MINUTE, NOW, SECOND } from '../support/record-builder.ts';
import { recordedTimeline } from '../support/recorded.ts';

function timelineOf(envelopes: readonly Envelope[]): Timeline {
  const timeline = new Timeline(NOW);
  for (const envelope of envelopes.toSorted((a, b) => a.at - b.at)) timeline.append(envelope);
  return timeline;
}

function found(timeline: Timeline, at: number): WithNodeTroubles {
  const state = timeline.stateAt(at);
  return withNodeTroubles(state, problemListAt(state, at), at);
}

function groupsOf({ entries, nodeTroubles }: WithNodeTroubles, grouping: (typeof GROUPINGS)[number] = 'workload') {
  const request = { folds: new Map(), height: 1000, newSince: 0, wallNow: 0, before: null } as const;
  return tableOf({ ...request, entries, nodeTroubles, grouping, sort: 'impact' });
}

const STOPPED = { ...LOST, exitCode: 143, reason: 'Error', finishedAt: REBOOTED_AT - 50 * SECOND };

const seconds = (from: number, to: number, step: number) =>
  Array.from({ length: (to - from) / step }, (_, i) => REBOOTED_AT + (from + i * step) * SECOND);

describe('a node that was rebooted', () => {
  it.each<[string, RebootFields]>([
    ['pods that it stopped in order', { end: STOPPED }],
    ['pods that never restarted', {}],
    ['pods that had restarted long ago', { restarts: 5 }],
    ['pods that take a minute and a half to come back', { startsWithin: 90 * SECOND }],
  ])('makes no loop of thirty containers: %s', (_, fields) => {
    const timeline = timelineOf(nodeReboot(fields));
    for (const at of seconds(-20, 1900, 5)) {
      const state = timeline.stateAt(at);
      expect(countTroubles(state, troublesAt(state, at)).looping, new Date(at).toISOString()).toBe(0);
    }
  });

  it('is one line that says so, folded, in every grouping, and goes after half an hour', () => {
    const timeline = timelineOf(nodeReboot());
    const now = found(timeline, REBOOTED_AT + 2 * MINUTE);
    expect(now.nodeTroubles).toMatchObject([{ node: 'node-a', summary: 'rebooted at 15:11', since: REBOOTED_AT }]);
    expect(now.nodeTroubles[0]?.members.size).toBe(30);
    for (const grouping of GROUPINGS) {
      expect(groupsOf(now, grouping).rows.map((r) => r.key)).toEqual(['section:restarting', 'node-trouble:node-a']);
    }
    expect(found(timeline, REBOOTED_AT + 31 * MINUTE)).toEqual({ entries: [], nodeTroubles: [] });
  });

  it('stands where it hurts while its containers are not back, and no longer', () => {
    const timeline = timelineOf(nodeReboot());
    const sectionAt = (seconds: number) => {
      const now = found(timeline, REBOOTED_AT + seconds * SECOND);
      return [groupsOf(now).groups[0]?.section, Object.fromEntries(countWorkloads(now.entries, now.nodeTroubles))];
    };
    expect(sectionAt(4)).toEqual(['down', { down: 15 }]);
    expect(sectionAt(25)).toEqual(['down', { down: 7, degraded: 1, restarting: 1 }]);
    expect(sectionAt(60)).toEqual(['restarting', { restarting: 1 }]);
  });

  it('counts as one, and as one that is new', () => {
    const { entries, nodeTroubles } = found(timelineOf(nodeReboot()), REBOOTED_AT + 2 * MINUTE);
    expect(Object.fromEntries(countWorkloads(entries, nodeTroubles))).toEqual({ restarting: 1 });
    expect(countSince(entries, nodeTroubles, NOW)).toBe(1);
    expect(countSince(entries, nodeTroubles, REBOOTED_AT)).toBe(0);
  });

  it('says only what is known where no event tells of the reboot', () => {
    const at = REBOOTED_AT + 2 * MINUTE;
    expect(found(timelineOf(nodeReboot({ tellsReboot: false })), at).nodeTroubles[0]?.summary).toBe('restarted at 15:11');
    const untold = nodeReboot().filter((e) => e.type !== 'object' || e.object.kind !== 'Event');
    expect(found(timelineOf(untold), at).nodeTroubles[0]?.summary).toBe('lost its containers at 15:11');
    const stillAway = untold.filter((e) => e.type !== 'object' || e.object.kind !== 'Node' || e.object.ready !== 'True');
    expect(found(timelineOf(stillAway), at).nodeTroubles[0]?.summary).toBe('not ready since 15:10');
  });

  it('is that line as well where the node stopped its containers in order before it went down', () => {
    const timeline = timelineOf(nodeReboot({ end: STOPPED }));
    const now = found(timeline, REBOOTED_AT + 2 * MINUTE);
    expect(now.nodeTroubles).toMatchObject([{ summary: 'rebooted at 15:11' }]);
    expect(groupsOf(now).rows.map((r) => r.key)).toEqual(['section:restarting', 'node-trouble:node-a']);
    // Of 143s that no reboot followed nobody can say that the node did it.
    const untold = timelineOf(nodeReboot({ end: STOPPED, tellsReboot: false }));
    expect(found(untold, REBOOTED_AT + 2 * MINUTE).nodeTroubles).toEqual([]);
  });

  it('lets go of a container that crashes again by itself: that has a row of its own', () => {
    const at = REBOOTED_AT + 2 * MINUTE;
    const again = againStatus(1, at - 20 * SECOND);
    const crashed = termination({ containerID: again.containerID, startedAt: at - 20 * SECOND, finishedAt: at });
    const status = containerStatus({
      restartCount: 1,
      containerID: again.containerID,
      state: { ...crashed, type: 'terminated' },
    });
    const timeline = timelineOf([...nodeReboot(), { type: 'object', verb: 'MODIFIED', object: podOf(0, status), at, line: 0 }]);
    const { rows } = groupsOf(found(timeline, at + SECOND));
    // Its trouble began with its own crash, when its sibling was up again; not with the reboot.
    expect(rows.map((r) => r.key)).toEqual(['section:degraded', 'uid-0/api', 'section:restarting', 'node-trouble:node-a']);
  });

  it('is no line where it is one workload, or two pods', () => {
    expect(found(timelineOf(nodeReboot({ pods: 2 })), REBOOTED_AT + 2 * MINUTE).nodeTroubles).toEqual([]);
    expect(found(timelineOf(nodeReboot({ pods: 3 })), REBOOTED_AT + 2 * MINUTE).nodeTroubles).toHaveLength(1);
  });
});

describe('a node on which no sandbox can be made', () => {
  it('is one line with the pods under it', () => {
    const at = NOW + MINUTE;
    const waiting = containerStatus({ containerID: '', state: { type: 'waiting', reason: 'ContainerCreating', message: '' } });
    const pods = [0, 2, 4].map((i) => ({ ...podOf(i, waiting), phase: 'Pending' }));
    const events = pods.flatMap(({ uid }) =>
      [1, 2].map((n) =>
        kubeEvent({
          uid: `${uid}-${n}`,
          involved: { kind: 'Pod', namespace: 'shop', name: uid, uid, container: '' },
          reason: 'FailedCreatePodSandBox',
          message: 'Failed to create pod sandbox: no free addresses',
          lastAt: at - n * SECOND,
        }),
      ),
    );
    const timeline = timelineOf([
      { type: 'snapshot', kind: 'Pod', namespace: null, items: pods, more: false, at: NOW, line: 0 },
      ...events.map((object): Envelope => ({ type: 'object', verb: 'ADDED', object, at, line: 0 })),
    ]);
    const { entries, nodeTroubles } = found(timeline, at);
    expect(entries).toHaveLength(3);
    expect(nodeTroubles).toMatchObject([{ node: 'node-a' }]);
    expect(nodeTroubles[0]?.summary).toContain('cannot create sandboxes: FailedCreatePodSandBox');
  });
});

// Their markers tell that a kubelet was restarted under pods that loop, and containers were killed by hand.
describe('recorded streams, in which no node lost a container', () => {
  it.each(['zoo', 'zoo-1.33'] as const)('%s has no trouble of a node at any time', async (name) => {
    const timeline = await recordedTimeline(name);
    for (let at = timeline.startedAt; at < timeline.startedAt + 41 * MINUTE; at += 20 * SECOND) {
      const state = timeline.stateAt(at);
      const listed = problemListAt(state, at);
      const { entries, nodeTroubles } = withNodeTroubles(state, listed, at);
      expect(nodeTroubles, new Date(at).toISOString()).toEqual([]);
      expect(entries).toBe(listed);
    }
  });
});
