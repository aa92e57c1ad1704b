import { expect, it } from 'vitest';
import type { Connection } from '../../src/diagnosis/connection.ts';
import { Timeline } from '../../src/timeline/timeline.ts';
import { FRAME_MS } from '../../src/ui/frame-scheduler.ts';
import { startStore, TestWorld } from '../support/app-harness.ts';
import { liveSession } from '../support/sessions.ts';

const NOW = Date.parse('2026-11-22T15:10:00Z');

it('what happens to the connection is drawn at once, what arrives when the frame before has rested', () => {
  const world = new TestWorld(NOW);
  const session = liveSession(new Timeline(NOW), world);
  const listing = (listed: number): Connection => ({ phase: 'listing', since: NOW, listed });
  session.connect(listing(0));
  const store = startStore(session, world);
  session.connect(listing(4500));
  expect(store.frame().connection).toEqual(listing(0));
  world.advance(FRAME_MS);
  expect(store.frame().connection).toEqual(listing(4500));
  session.connect({ phase: 'live', heardAt: NOW });
  expect(store.frame().connection.phase).toBe('live');
  session.connect({ phase: 'lost', since: NOW, heardAt: NOW, reason: 'connection reset', retryAt: NOW + 1000 });
  expect(store.frame().connection.phase).toBe('lost');
});
