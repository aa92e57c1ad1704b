import { describe, expect, it } from 'vitest';
import { toConfig } from '../../src/model/config.ts';
import { toPod } from '../../src/model/pod.ts';
import { SessionJoin } from '../../src/timeline/earlier-sessions.ts';
import type { Envelope } from '../../src/timeline/envelope.ts';
import { forget } from '../../src/timeline/forget.ts';
import { reduce } from '../../src/timeline/reduce.ts';
import type { EMPTY_STATE } from '../../src/timeline/state.ts';
import { folded } from '../support/folded.ts';

const config = (name: string, uid = `uid-${name}`, namespace = 'shop') =>
  toConfig({ metadata: { name, namespace, uid } }, 'ConfigMap');
const envelope = (object: unknown, verb = 'ADDED') => ({ type: 'object', verb, object, at: 1, line: 0 }) as Envelope;
const snapshot = (items: unknown[], namespace: string | null) =>
  ({ type: 'snapshot', kind: 'ConfigMap', items, namespace, more: false, at: 2, line: 0 }) as Envelope;
const keys = (state: typeof EMPTY_STATE) => [...state.configs.keys()].toSorted();

describe('the ConfigMaps and Secrets of a state', () => {
  it('are found by their names, and the deletion of an earlier one of that name takes nothing from the new one', () => {
    const state = folded(envelope(config('a', 'old')), envelope(config('a', 'new')), envelope(config('a', 'old'), 'DELETED'));
    expect(state.configs.get('ConfigMap/shop/a')?.uid).toBe('new');
    expect(keys(reduce(state, envelope(config('a', 'new'), 'DELETED')))).toEqual([]);
  });

  it('are those that a whole list names, where it was asked for', () => {
    const known = [envelope(config('a')), envelope(config('b')), envelope(config('c', 'c', 'other'))];
    expect(keys(folded(...known, snapshot([config('b')], 'shop')))).toEqual(['ConfigMap/other/c', 'ConfigMap/shop/b']);
    expect(keys(folded(...known, snapshot([config('b')], null)))).toEqual(['ConfigMap/shop/b']);
  });

  it('are kept while a pod that failed refers to them, and not for ever', () => {
    const pod = toPod({
      metadata: { name: 'p', namespace: 'shop', uid: 'p' },
      spec: { containers: [{ name: 'c', envFrom: [{ configMapRef: { name: 'a' } }] }] },
      status: { containerStatuses: [{ name: 'c', restartCount: 3, state: { waiting: { reason: 'CrashLoopBackOff' } } }] },
    });
    const state = folded(envelope(pod), envelope(config('a')), envelope(config('b')));
    expect(keys(forget(state, 0))).toEqual(['ConfigMap/shop/a']);
  });

  it('of an earlier session are not known any more: a live one reads them where a pod in trouble leads to them', () => {
    const join = new SessionJoin();
    const envelopes = join.pass(envelope(config('a')));
    expect(keys(folded(...envelopes, ...join.handOver(5)))).toEqual([]);
  });
});

describe('what is known of who wrote a ConfigMap', () => {
  const time = (minute: number) => `2026-11-22T15:0${minute}:00Z`;
  const written = (uid: string, writes: Readonly<Record<string, number>>) =>
    toConfig(
      {
        metadata: {
          ...{ name: 'a', namespace: 'shop', uid },
          managedFields: Object.entries(writes).map(([manager, minute]) => ({
            ...{ manager, time: time(minute), fieldsV1: { 'f:data': {} } },
          })),
        },
      },
      'ConfigMap',
    );
  const writesOf = (...configs: readonly ReturnType<typeof written>[]) =>
    folded(...configs.map((each) => envelope(each)))
      .configs.get('ConfigMap/shop/a')
      ?.writes.map(({ manager, at }) => `${manager} ${new Date(at).getUTCMinutes()}`);

  it('grows with each arrival, although the object has only the last time of each manager', () => {
    expect(writesOf(written('u', { edit: 1, helm: 0 }), written('u', { edit: 3, helm: 0 }))).toEqual([
      'helm 0',
      'edit 1',
      'edit 3',
    ]);
  });

  it('says nothing of another one by that name', () => {
    expect(writesOf(written('old', { edit: 1 }), written('new', { edit: 3 }))).toEqual(['edit 3']);
  });
});
