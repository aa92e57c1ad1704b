import { describe, expect, it } from 'vitest';
import type { Subject } from '../../../src/diagnosis/subject.ts';
import { eventsPane } from '../../../src/view/detail/events-tab.ts';
import { owner } from '../../support/owner.ts';
import { kubeEvent, MINUTE, NOW, subject, textsOf, widestOf } from '../../support/record-builder.ts';

const other = { kind: 'Pod', namespace: 'shop', name: 'api-1', uid: 'pod-1', container: 'proxy' };

const AROUND = [
  '',
  ' about its owner: it has none, so nothing recreates this pod',
  '',
  ' about its node, node-a: none are known',
];

/** A pod of the Deployment web, on node-a; and events about these. */
function ownedSubject(): Subject {
  const controller = { kind: 'ReplicaSet', name: 'web-1', uid: 'replicaset-web-1' };
  const of = subject({ pod: { controller }, events: [kubeEvent({})] });
  const above = { kind: 'Deployment', name: 'web', uid: 'deployment-web' };
  const set = owner({ kind: 'ReplicaSet', name: 'web-1', uid: controller.uid, controller: above });
  const about = (uid: string, kind: string, reason: string) => [
    kubeEvent({
      uid: reason,
      reason,
      type: 'Normal',
      message: `${kind} ${reason}`,
      involved: { ...other, kind, uid, container: '' },
    }),
  ];
  const events = of.state.events
    .set(controller.uid, about(controller.uid, 'ReplicaSet', 'SuccessfulCreate'))
    .set(above.uid, about(above.uid, 'Deployment', 'ScalingReplicaSet'))

    .set('Node/node-a', about('node-a', 'Node', 'NodeHasDiskPressure'));
  const owners = of.state.owners.set(set.uid, set).set(above.uid, owner({ uid: above.uid }));
  return { ...of, state: { ...of.state, events, owners } };
}

describe('the Events tab', () => {
  it('tells of the pod, then of its owners, then of its node', () => {
    expect(textsOf(eventsPane(ownedSubject(), 120)).slice(2)).toEqual([
      '',
      ' about its owners, ReplicaSet web-1 and Deployment web',
      ' 60s    10m        x1 Normal   SuccessfulCreate       ReplicaSet SuccessfulCreate',
      ' 60s    10m        x1 Normal   ScalingReplicaSet      Deployment ScalingReplicaSet',
      '',
      ' about its node, node-a',
      ' 60s    10m        x1 Normal   NodeHasDiskPressure    Node NodeHasDiskPressure',
    ]);
  });

  it('shows what says the same in one row, the newest first', () => {
    const events = [
      kubeEvent({ count: 30, firstAt: NOW - 25 * MINUTE, lastAt: NOW - 12 * MINUTE }),
      kubeEvent({ uid: 'e2', count: 7, firstAt: NOW - 11 * MINUTE, lastAt: NOW - MINUTE }),
      kubeEvent({ uid: 'e3', involved: other, count: 2 }),
      kubeEvent({ uid: 'e4', type: 'Normal', reason: 'Pulled', message: 'Container image already present', lastAt: NOW - 5000 }),
    ];
    expect(textsOf(eventsPane(subject({ events }), 120))).toEqual([
      ' LAST   FIRST   COUNT TYPE     REASON                 MESSAGE',
      ' 5s     10m        x1 Normal   Pulled                 Container image already present',
      ' 60s    25m       x37 Warning  BackOff                Back-off restarting failed container api',
      ' 60s    10m        x2 Warning  BackOff                [proxy] Back-off restarting failed container api',
      ...AROUND,
    ]);
  });

  it('keeps warnings apart without colour where there is no room for the type', () => {
    const texts = textsOf(eventsPane(subject({ events: [kubeEvent({}), kubeEvent({ type: 'Normal', reason: 'Pulled' })] }), 80));
    expect(texts[1]).toContain('x1 W BackOff');
    expect(texts[3]).toContain('x1   Pulled');
  });

  it('shows the whole message, of several lines', () => {
    const texts = textsOf(eventsPane(subject({ events: [kubeEvent({ message: 'one\ntwo\n' })] }), 120));
    expect(texts.slice(1, 4).map((text) => text.slice(54))).toEqual(['one', 'two', '']);
  });

  it('says why it is empty', () => {
    expect(textsOf(eventsPane(subject(), 100))).toEqual([
      ' no events about this pod are known; Kubernetes forgets them after an hour',
      ...AROUND,
    ]);
    const hidden = [{ what: 'events', namespace: null, why: 'events is forbidden' }];
    expect(textsOf(eventsPane(subject({ hidden }), 100))).toEqual([' events are hidden: events is forbidden']);
  });

  it('says that rights hide events also where older ones are known', () => {
    const hidden = [{ what: 'events', namespace: null, why: 'events is forbidden' }];
    const texts = textsOf(eventsPane(subject({ hidden, events: [kubeEvent({})] }), 100));
    expect(texts[0]).toBe(' events are hidden: events is forbidden');
    expect(texts.length).toBeGreaterThan(2);
  });

  it('stays within its width', () => {
    const events = [kubeEvent({ message: '日本語🦀 '.repeat(60), reason: 'AReasonThatIsLongerThanAnyColumn', count: 1_000_000 })];
    for (let width = 60; width <= 250; width += 5) {
      expect(widestOf(eventsPane(subject({ events }), width))).toBeLessThanOrEqual(width);
    }
  });
});
