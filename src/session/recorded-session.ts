import type { Connection } from '../diagnosis/connection.ts';
import type { Clock } from '../model/clock.ts';
import type { OpenedSource } from '../sources/opened-source.ts';
import type { Playback } from '../timeline/playback.ts';
import type { PodRecord } from '../timeline/state.ts';
import { Timeline } from '../timeline/timeline.ts';
import type { Session } from '../ui/session.ts';
import type { SessionKind } from '../view/header.ts';
import { Changes, feed } from './arrival-feed.ts';

/** A session of the screens over an opened file or stream, and its reader. */
export interface RecordedSession {
  readonly session: Session;
  /**
   * Resolves when all is read. Rejects if the input is unreadable; arrivals before that are shown.
   */
  readonly read: () => Promise<void>;
}

/** The options of a recorded session besides its input. */
export interface RecordedSessionOptions {
  readonly kind: SessionKind;
  readonly clock: Clock;
  readonly playback: (timeline: Timeline) => Playback;
  /** Notices shown on the screen from the beginning. */
  readonly notices: readonly string[];
}

/** Makes the session; reads nothing before `read` is called. */
export function recordedSession(opened: OpenedSource, options: RecordedSessionOptions): RecordedSession {
  const timeline = new Timeline(opened.startedAt);
  const changes = new Changes();
  let connection: Connection = { phase: 'reading', done: null };
  let failure: string | null = null;
  const session: Session = {
    kind: options.kind,
    timeline,
    source: opened.info,
    playback: options.playback(timeline),
    clock: options.clock,
    connection: () => connection,
    notices: () => [...options.notices, ...opened.notices.map((n) => n.message), ...(failure === null ? [] : [failure])],
    subscribe: changes.subscribe,
    getObject: (record) => objectOf(opened, record),
  };
  const read = async () => {
    try {
      await feed(
        timeline,
        opened.envelopes,
        () => changes.tell(),
        () => options.clock.now(),
      );
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error);
      throw error;
    } finally {
      if (opened.endedAt !== null) timeline.close(opened.endedAt);
      const cut = opened.notices.find((n) => n.kind === 'interrupted' || n.kind === 'last-line-dropped');
      connection = { phase: 'recorded', cut: failure ?? cut?.message ?? '' };
      changes.tell();
    }
  };
  return { session, read };
}

async function objectOf(opened: OpenedSource, record: PodRecord): Promise<unknown> {
  const object = await opened.objectAt(record.line, record.pod.uid);
  if (object === null) throw new Error('this pod is no longer kept in memory');
  return object;
}
