import type { AcknowledgementKeeper } from '../diagnosis/acknowledgement/acknowledgement-keeper.ts';
import type { Connection } from '../diagnosis/connection.ts';
import type { Clock } from '../model/clock.ts';
import type { SourceInfo } from '../timeline/envelope.ts';
import type { Playback } from '../timeline/playback.ts';
import type { PodRecord } from '../timeline/state.ts';
import type { Timeline } from '../timeline/timeline.ts';
import type { SessionKind } from '../view/header.ts';
import type { SourceActivity } from '../wording/source-activity.ts';

/** The input of the screens: the shown cluster or recording, and services around it. */
export interface Session {
  readonly kind: SessionKind;
  /** Grows with arrivals; {@link subscribe} reports it. */
  readonly timeline: Timeline;
  readonly source: SourceInfo;
  /** Where playing begins: `liveAt` or `replayFrom` of timeline/playback. */
  readonly playback: Playback;
  /** The machine's time. */
  readonly clock: Clock;
  /** The current state of the connection to the source. */
  connection(): Connection;
  /**
   * crashtop's own notices, newest last, safe and on one line each: the newest is shown until the
   * next key.
   */
  notices(): readonly string[];
  /**
   * Calls back after arrivals were appended and when the connection changed.
   * @returns a function that ends it.
   */
  subscribe(onChange: () => void): () => void;
  /**
   * The whole object of a pod as the API sent it (redacted), for the Spec tab.
   * @throws if it is not available; the message says why.
   */
  getObject(record: PodRecord): Promise<unknown>;
  /** What is read from the cluster and how often; absent if nothing is read. */
  activity?(): SourceActivity;
  /** Names the container on the screen: its reads come first. */
  prefer?(podUid: string, container: string): void;
  /**
   * Reads all events about a pod while they are on the screen. Absent if they cannot be requested.
   */
  readEvents?(namespace: string, podUid: string): void;
  /** The acknowledgements of this cluster; absent if they end with the session. */
  readonly acknowledgements?: AcknowledgementKeeper;
  /**
   * Called when a frame begins to be computed; the returned function is called when it is painted.
   * For a debug log.
   */
  beginFrame?(): () => void;
  /**
   * Saves everything seen so far to a file; a notice reports the result. Absent if there is nothing
   * to save.
   */
  save?(): void;
}

/** Settings of the screens. */
export interface ScreenSettings {
  /** The terminal's colours: 0 with NO_COLOR, else 1 and more. */
  readonly colorLevel: 0 | 1 | 2 | 3;
}
