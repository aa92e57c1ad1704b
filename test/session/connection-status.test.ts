import { describe, expect, it } from 'vitest';
import type { Connection } from '../../src/diagnosis/connection.ts';
import { connectionOf } from '../../src/session/connection-status.ts';
import type { ConnectionStatus } from '../../src/sources/kubernetes/cluster-watch.ts';
import type { CollectionStatus } from '../../src/sources/kubernetes/watch/reflector.ts';
import type { SourceInfo } from '../../src/timeline/envelope.ts';
import { Timeline } from '../../src/timeline/timeline.ts';
import { pod } from '../support/pod.ts';

const NOW = Date.parse('2026-11-22T15:10:00Z');
const SOURCE: SourceInfo = {
  ...{ kind: 'cluster', name: 'prod-eu', context: 'prod-eu', serverVersion: null, namespaces: null, selector: null },
};

function pods(changes: Partial<CollectionStatus> = {}): CollectionStatus {
  return {
    ...{ kind: 'Pod', namespace: null, phase: 'live', since: NOW - 5000, listed: true },
    ...{ error: null, errorKind: null, nextTryAt: null, lastByteAt: NOW - 1000 },
    ...changes,
  };
}

function timeline(isWhole: boolean): Timeline {
  const seen = new Timeline(NOW - 10_000);
  const items = [pod({ uid: 'a', name: 'a' }), pod({ uid: 'b', name: 'b' })];
  seen.append({
    at: NOW - 2000,
    line: 0,
    type: 'snapshot',
    kind: 'Pod',
    namespace: null,
    items,
    more: !isWhole,
  });
  return seen;
}

function connection(isWhole: boolean, ...collections: CollectionStatus[]): Connection {
  const requests: ConnectionStatus['requests'] = { total: 0, perSecond: 0 };
  const status = { collections, hidden: [], error: null, queued: 0, requests, reading: 0, readingLogs: 0 };
  return connectionOf(status, SOURCE, timeline(isWhole), NOW - 10_000);
}

const LISTING = { phase: 'listing', since: NOW - 5000, listed: 2 };

describe('the phase of a connection', () => {
  it('is that pods are listed until every first list is whole, with how many there are so far', () => {
    expect(connection(false, pods({ phase: 'listing', listed: false }))).toEqual(LISTING);
    const second = pods({ namespace: 'b', phase: 'connecting', listed: false });
    expect(connection(true, pods({ namespace: 'a' }), second)).toEqual(LISTING);
    expect(connection(true, pods())).toEqual({ phase: 'live', heardAt: NOW - 1000 });
  });

  it('is not live before what came is folded', () => {
    expect(connection(false, pods())).toEqual(LISTING);
  });

  it('stays live while a list is made anew', () => {
    expect(connection(true, pods({ phase: 'listing' })).phase).toBe('live');
  });

  it('is lost where the first list breaks off', () => {
    const broken = pods({ phase: 'retrying', listed: false, error: 'connection reset', errorKind: 'network', nextTryAt: NOW });
    expect(connection(false, broken)).toMatchObject({ phase: 'lost', reason: 'connection reset', retryAt: NOW });
  });
});
