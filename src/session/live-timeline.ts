import type { Clock } from '../model/clock.ts';
import type { ListParts } from '../recording/list-parts.ts';
import type { EarlierSessions } from '../sources/history.ts';
import type { Envelope } from '../timeline/envelope.ts';
import { Timeline } from '../timeline/timeline.ts';
import { feed } from './arrival-feed.ts';

/**
 * The timeline of a live session. Earlier sessions are put before it when there is time: current
 * rows come first, and no key waits.
 */
export class LiveTimeline {
  readonly #keeps: number;
  readonly #keepsRuns: number | undefined;
  #timeline: Timeline;
  /** Arrivals since the session began; null once nothing will be put before it any more. */
  #arrived: Envelope[] | null = [];
  /**
   * The objects known from earlier sessions, too: the source only knows this session's. null before
   * {@link putBefore}.
   */
  #lists: ListParts | null = null;
  #onListed: (() => void) | null = null;
  /** Resolves when the first whole list of pods has come. */
  readonly listed: Promise<void> = new Promise((resolve) => {
    this.#onListed = resolve;
  });

  /** @param keeps and `keepsRuns` as in {@link Timeline}. */
  constructor(startedAt: number, keeps: number, keepsRuns?: number) {
    this.#keeps = keeps;
    this.#keepsRuns = keepsRuns;
    this.#timeline = new Timeline(startedAt, keeps, keepsRuns);
  }

  /** The current timeline; another one after {@link putBefore}. */
  get current(): Timeline {
    return this.#timeline;
  }

  append(arrived: Envelope): void {
    const envelope = this.#lists === null ? arrived : this.#lists.pass(arrived);
    this.#timeline.append(envelope);
    this.#arrived?.push(envelope);
    if (this.#onListed === null || this.#timeline.head.podsListedAt === null) return;
    this.#onListed();
    this.#onListed = null;
  }

  /** Releases the kept arrivals: nothing will be put before the timeline. */
  settle(): void {
    this.#arrived = null;
  }

  /**
   * Folds earlier sessions and then this session's arrivals, in slices, and switches to the result.
   * Once.
   */
  async putBefore(earlier: EarlierSessions, clock: Clock): Promise<void> {
    const arrived = this.#arrived;
    if (arrived === null) return;
    const whole = new Timeline(earlier.startedAt, this.#keeps, this.#keepsRuns);
    const now = () => clock.now();
    await feed(whole, earlier.envelopes, () => {}, now);
    // More arrives in between; the loop ends when none is left.
    await feed(whole, eachOf(arrived, earlier.lists), () => {}, now);
    this.#timeline = whole;
    this.#lists = earlier.lists;
    this.#arrived = null;
  }
}

async function* eachOf(envelopes: readonly Envelope[], lists: ListParts): AsyncGenerator<Envelope> {
  for (let i = 0; i < envelopes.length; i++) yield lists.pass(envelopes[i] as Envelope);
}
