import { describe, expect, it } from 'vitest';
import type { Connection } from '../../../src/diagnosis/connection.ts';
import type { Entry } from '../../../src/diagnosis/entry.ts';
import { textOf } from '../../../src/view/lines/fit-line.ts';
import { type EmptyTableFacts, emptyTableLines } from '../../../src/view/table/empty.ts';
import { problem } from '../../support/problem-builder.ts';
import { NOW, SECOND } from '../../support/record-builder.ts';
import { headerFacts, stateOf } from '../../support/screen-builder.ts';
import { CLUSTER } from '../../support/sessions.ts';

function words(fields: Partial<EmptyTableFacts>, entries: readonly Entry[] = []): string {
  return emptyTableLines({ ...headerFacts(), filter: '', ...fields }, entries, 120, 20)
    .map((line) => textOf(line).trim())
    .join('\n')
    .trim();
}

const TWO = stateOf([problem({ pod: 'a' }), problem({ pod: 'b', namespace: 'infra' })]);
const NOT_LISTED = { ...stateOf([]), podsListedAt: null };

describe('a table without rows', () => {
  it('is calm, and says what that rests on', () => {
    expect(words({ state: TWO })).toBe('Nothing is crash-looping. 2 pods watched in 2 namespaces for 14s.');
    expect(words({ state: TWO, kind: 'replay' })).toContain('2 pods recorded in');
  });

  it('is not calmer than is known', () => {
    const hidden = [{ what: 'events', namespace: null, why: 'events is forbidden' }];
    expect(words({ state: { ...TWO, hidden } })).toContain('Not everything was seen: events: forbidden.');
    const lost: Connection = { phase: 'lost', since: NOW, heardAt: NOW, reason: 'connection reset', retryAt: null };
    expect(words({ state: TWO, connection: lost })).toContain('But the connection is lost: connection reset');
  });

  it('says where it looked when there are no pods at all', () => {
    const source = { ...CLUSTER, namespaces: ['shop'], selector: 'app=web' };
    expect(words({ source })).toContain('No pods found in namespace shop, -l app=web of prod-eu.');
  });

  it('names the filter that hides everything', () => {
    expect(words({ filter: 'zzz', listed: 2 }, [problem(), problem()])).toBe('The filter “zzz” hides all 2.\nEsc clears it.');
  });

  it.each<[Connection, string]>([
    [
      { phase: 'connecting', since: NOW - 3 * SECOND, to: 'https://10.0.0.1:6443' },
      'Connecting to https://10.0.0.1:6443 for 3s …',
    ],
    [{ phase: 'listing', since: NOW - SECOND, listed: 1500 }, 'Listing the pods of all namespaces: 1,500 so far, for 1s …'],
    [{ phase: 'live', heardAt: NOW }, 'Connected; waiting for the list of pods.'],
    [
      { phase: 'lost', since: NOW, heardAt: null, reason: 'ECONNREFUSED', retryAt: NOW + 2000 },
      'No connection to prod-eu: ECONNREFUSED\nLost at 15:10:00 UTC, before any pod was seen. Trying again in 2s.',
    ],
    [
      { phase: 'refused', since: NOW, reason: 'pods is forbidden' },
      'prod-eu refuses: pods is forbidden\nNothing is known about its pods.',
    ],
    [{ phase: 'reading', done: null }, 'Reading the recording …'],
    [{ phase: 'recorded', cut: '' }, 'The recording has no list of pods up to 15:10:00 UTC.'],
  ])('says why nothing is known yet: %j', (connection, text) => {
    expect(words({ state: NOT_LISTED, connection })).toBe(text);
    expect(words({ state: NOT_LISTED, connection })).not.toContain('Nothing is crash-looping');
  });
});
