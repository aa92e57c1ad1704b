import type { Connection } from '../../src/diagnosis/connection.ts';
import type { SourceInfo } from '../../src/timeline/envelope.ts';
import { liveAt, type Playback, replayFrom } from '../../src/timeline/playback.ts';
import type { Timeline } from '../../src/timeline/timeline.ts';
import type { Session } from '../../src/ui/session.ts';
import type { TestWorld } from './app-harness.ts';

/** A session whose connection and notices a test sets, and which it can tell of arrivals. */
export interface TestSession extends Session {
  connect(connection: Connection): void;
  say(notice: string): void;
  /** Tells the screens that something arrived or changed. */
  changed(): void;
}

export const CLUSTER: SourceInfo = {
  kind: 'cluster',
  name: 'prod-eu',
  context: 'prod-eu',
  serverVersion: 'v1.35.4',
  namespaces: null,
  selector: null,
};

/** What a test may set of a session. */
export type SessionFields = Partial<Pick<Session, 'kind' | 'source' | 'playback' | 'getObject' | 'activity' | 'prefer'>>;

function testSession(
  timeline: Timeline,
  world: TestWorld,
  playback: Playback,
  connection: Connection,
  fields: SessionFields,
): TestSession {
  const listeners = new Set<() => void>();
  const notices: string[] = [];
  let connected = connection;
  const changed = () => {
    for (const listener of listeners) listener();
  };
  return {
    kind: 'live',
    timeline,
    source: CLUSTER,
    playback,
    clock: world,
    connection: () => connected,
    notices: () => notices,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    getObject: async (record) => ({ kind: 'Pod', metadata: { name: record.pod.name } }),
    connect(next) {
      connected = next;
      changed();
    },
    say(notice) {
      notices.push(notice);
      changed();
    },
    changed,
    ...fields,
  };
}

/** A live session whose head is at the world's time. */
export function liveSession(timeline: Timeline, world: TestWorld, fields: SessionFields = {}): TestSession {
  const connection = { phase: 'live', heardAt: world.now() } as const;
  return testSession(timeline, world, liveAt(world.now(), timeline), connection, fields);
}

/** A recording that is read whole, paused at a time (epoch ms). */
export function replaySession(timeline: Timeline, world: TestWorld, at: number, fields: SessionFields = {}): TestSession {
  const playback = replayFrom({ at, speed: 1, playing: false, growing: false }, timeline);
  return testSession(timeline, world, playback, { phase: 'recorded', cut: '' }, { kind: 'replay', ...fields });
}
