import { type Playback, type PlaybackEvent, transition } from '../timeline/playback.ts';
import { FRAME_MS } from './frame-scheduler.ts';
import type { Session } from './session.ts';

/** The position of a session on its timeline, while time passes and the timeline grows. */
export class Playhead {
  readonly #session: Pick<Session, 'timeline' | 'clock' | 'connection'>;
  #playback: Playback;
  #timelineLength = -1;

  constructor(session: Pick<Session, 'timeline' | 'clock' | 'connection' | 'playback'>) {
    this.#session = session;
    this.#playback = session.playback;
  }

  /** The position at the last {@link tick} or {@link play}: no time passes in between. */
  get playback(): Playback {
    return this.#playback;
  }

  /** Applies a key's event, now. */
  play(event: PlaybackEvent): void {
    this.tick();
    this.#happen(event);
  }

  /** Advances to the time of the session's clock. */
  tick(): void {
    const { timeline, clock } = this.#session;
    const grew = timeline.length !== this.#timelineLength;
    this.#timelineLength = timeline.length;
    if (grew) this.#happen({ type: 'appended' });
    if (this.#playback.growing && this.#session.connection().phase === 'recorded') this.#happen({ type: 'loaded' });
    this.#happen({ type: 'tick', now: clock.now() });
  }

  /**
   * After how many ms the screen changes without an arrival: constantly while playing, else each
   * second, in ages and countdowns. null: a paused recording does not change.
   */
  nextFrameIn(): number | null {
    const { state, speed, session, growing } = this.#playback;
    if (state === 'playing') return speed > 1 ? FRAME_MS : 2 * FRAME_MS;
    if (session === 'recording') return growing ? 5 * FRAME_MS : null;
    return 1000 - (this.#session.clock.now() % 1000);
  }

  #happen(event: PlaybackEvent): void {
    this.#playback = transition(this.#playback, event, this.#session.timeline);
  }
}
