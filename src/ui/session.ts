import type { AcknowledgementKeeper } from '../diagnosis/acknowledgement/acknowledgement-keeper.ts';
import type { Connection } from '../diagnosis/connection.ts';
import type { Clock } from '../model/clock.ts';
import type { SourceInfo } from '../timeline/envelope.ts';
import type { Playback } from '../timeline/playback.ts';
import type { PodRecord } from '../timeline/state.ts';
import type { Timeline } from '../timeline/timeline.ts';
import type { SessionKind } from '../view/header.ts';
import type { SourceActivity } from '../wording/source-activity.ts';

/** What a session of the screens is given: the cluster or the recording that it shows, and the world around it. */
export interface Session {
  readonly kind: SessionKind;
  /** Grows while arrivals come; {@link subscribe} tells of it. */
  readonly timeline: Timeline;
  readonly source: SourceInfo;
  /** Where playing begins: `liveAt` or `replayFrom` of timeline/playback. */
  readonly playback: Playback;
  /** The machine's time. */
  readonly clock: Clock;
  /** How crashtop stands with its source now. */
  connection(): Connection;
  /** What crashtop itself has to say, newest last, safe and on one line each: the newest is shown until the next key. */
  notices(): readonly string[];
  /**
   * Calls back after arrivals were appended and when the connection changed.
   * @returns what ends it.
   */
  subscribe(onChange: () => void): () => void;
  /**
   * The whole object of a pod as the API sent it (redacted), for the Spec tab.
   * @throws where it cannot be had; the message says why.
   */
  getObject(record: PodRecord): Promise<unknown>;
  /** What is read from the cluster and how often; not there where nothing is. */
  activity?(): SourceActivity;
  /** Tells which container is looked at: what is fetched of it comes first. */
  prefer?(podUid: string, container: string): void;
  /** Has all events about a pod read, while somebody looks at them. Not there where they cannot be asked for. */
  readEvents?(namespace: string, podUid: string): void;
  /** What somebody acknowledged in this cluster; not there where it is forgotten with the session. */
  readonly acknowledgements?: AcknowledgementKeeper;
  /** Is told when a frame begins to be worked out; what it returns, when that frame is painted. For a debug log. */
  beginFrame?(): () => void;
  /** Saves what has been seen so far to a file; a notice tells how it went. Not there where nothing is to be saved. */
  save?(): void;
}

/** How the screens look and behave, whatever they show. */
export interface ScreenSettings {
  /** Colours of the terminal: 0 where NO_COLOR is set, else 1 and more. */
  readonly colorLevel: 0 | 1 | 2 | 3;
}
