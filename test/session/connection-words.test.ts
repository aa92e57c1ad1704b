import { expect, it } from 'vitest';
import { ConnectionWords, isHopeless } from '../../src/session/connection-words.ts';
import type { ConnectionStatus } from '../../src/sources/kubernetes/cluster-watch.ts';
import type { CollectionStatus } from '../../src/sources/kubernetes/watch/reflector.ts';

const GOOD: CollectionStatus = {
  ...{ kind: 'Pod', namespace: null, phase: 'live', since: 0, listed: true },
  ...{ error: null, errorKind: null, nextTryAt: null, lastByteAt: null },
};
const of = (changes: Partial<CollectionStatus>, others: Partial<CollectionStatus> = {}): ConnectionStatus => ({
  ...{
    collections: [
      { ...GOOD, ...changes },
      { ...GOOD, kind: 'Event', ...others },
    ],
    hidden: [],
    error: null,
  },
  ...{ queued: 0, requests: { total: 0, perSecond: 0 }, reading: 0, readingLogs: 0 },
});

it('standard error tells what is wrong with the list of pods once, what is wrong then, and when they are seen again', () => {
  const said: string[] = [];
  const words = new ConnectionWords((line) => said.push(line));
  const tell = (...statuses: readonly ConnectionStatus[]) => {
    for (const status of statuses) words.tell(status);
  };
  const lost = of({ phase: 'retrying', error: 'connection reset' });
  tell(of({ phase: 'connecting' }), of({}), lost, lost, of({ phase: 'listing' }), of({ phase: 'retrying', error: 'busy' }));
  tell(of({ phase: 'listing' }), of({}), of({}, { phase: 'retrying', error: 'forbidden' }));
  expect(said).toEqual([
    'cannot watch the pods: connection reset; retrying',
    'cannot watch the pods: busy; retrying',
    'watching the pods again',
  ]);
});

it('waits for no list of a server that sends without end, but for every other', () => {
  expect(isHopeless(of({ listed: false, errorKind: 'excessive' }))).toBe(true);
  expect(isHopeless(of({ listed: true, errorKind: 'excessive' }))).toBe(false);
  expect(isHopeless(of({ listed: false, errorKind: 'network' }))).toBe(false);
  expect(isHopeless(of({}, { listed: false, errorKind: 'excessive' }))).toBe(false);
});
