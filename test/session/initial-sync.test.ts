import { describe, expect, it } from 'vitest';
import { InitialSync } from '../../src/session/initial-sync.ts';
import type { Envelope, MissingPermission } from '../../src/timeline/envelope.ts';

function list(kind: 'Pod' | 'Event', namespace: string | null, more = false): Envelope {
  return { at: 0, line: 0, type: 'snapshot', kind, namespace, items: [], more };
}

function hides(...hidden: readonly [what: MissingPermission['what'], namespace: string | null][]): Envelope {
  return { at: 0, line: 0, type: 'access', hidden: hidden.map(([what, namespace]) => ({ what, namespace, why: 'forbidden' })) };
}

function after(namespaces: readonly string[] | null, ...envelopes: readonly Envelope[]): [boolean, boolean, boolean] {
  const lists = new InitialSync(namespaces);
  for (const envelope of envelopes) lists.take(envelope);
  return [lists.areWhole, lists.haveEvents, lists.areForbidden];
}

describe('the first lists', () => {
  it.each<[string, readonly string[] | null, readonly Envelope[], [boolean, boolean, boolean]]>([
    ['nothing', null, [], [false, false, false]],
    ['a part of a list', null, [list('Pod', null, true)], [false, false, false]],
    ['the pods', null, [list('Pod', null, true), list('Pod', null)], [true, false, false]],
    ['the pods and events', null, [list('Pod', null), list('Event', null)], [true, true, false]],
    ['one of two namespaces', ['a', 'b'], [list('Pod', 'a'), list('Event', 'a')], [false, false, false]],
    [
      'both of them',
      ['a', 'b'],
      [list('Pod', 'a'), list('Pod', 'b'), list('Event', 'a'), list('Event', 'b')],
      [true, true, false],
    ],
    ['events forbidden', null, [list('Pod', null), hides(['events', null])], [true, true, false]],
    ['events of one forbidden', ['a', 'b'], [list('Pod', 'a'), list('Pod', 'b'), hides(['events', 'a'])], [true, false, false]],
    ['pods of one forbidden', ['a', 'b'], [hides(['pods', 'b']), list('Pod', 'a'), list('Event', 'a')], [true, true, false]],
    ['pods of all forbidden', ['a', 'b'], [hides(['pods', 'a'], ['pods', 'b'])], [false, true, true]],
    ['the pods of others forbidden', ['own'], [hides(['pods', null]), list('Pod', 'own')], [true, false, false]],
  ])('know of %s', (_, namespaces, envelopes, expected) => {
    expect(after(namespaces, ...envelopes)).toEqual(expected);
  });
});
