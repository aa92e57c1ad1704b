import type { Clock } from '../model/clock.ts';
import type { ListParts } from '../recording/list-parts.ts';
import type { EarlierSessions } from '../sources/history.ts';
import type { Envelope } from '../timeline/envelope.ts';
import { Timeline } from '../timeline/timeline.ts';
import { feed } from './arrival-feed.ts';

/**
 * The timeline of a live session. What earlier sessions saw is put before it when there is time for that: the rows of now come
 * first, and no key waits.
 */
export class LiveTimeline {
  readonly #keeps: number;
  readonly #keepsRuns: number | undefined;
  #timeline: Timeline;
  /** What arrived since the session began; null when nobody will put anything before it any more. */
  #arrived: Envelope[] | null = [];
  /** What is there by earlier sessions, too: the source knows only what this one saw. null before {@link putBefore}. */
  #lists: ListParts | null = null;
  #onListed: (() => void) | null = null;
  /** Resolves when the first whole list of pods has come. */
  readonly listed: Promise<void> = new Promise((resolve) => {
    this.#onListed = resolve;
  });

  /** @param keeps and `keepsRuns` as a {@link Timeline}'s. */
  constructor(startedAt: number, keeps: number, keepsRuns?: number) {
    this.#keeps = keeps;
    this.#keepsRuns = keepsRuns;
    this.#timeline = new Timeline(startedAt, keeps, keepsRuns);
  }

  /** The timeline as it is now; another one after {@link putBefore}. */
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

  /** Nothing will be put before it: what it kept for that is let go. */
  settle(): void {
    this.#arrived = null;
  }

  /** Folds what earlier sessions saw and then what has arrived, in slices, and becomes that. Once. */
  async putBefore(earlier: EarlierSessions, clock: Clock): Promise<void> {
    const arrived = this.#arrived;
    if (arrived === null) return;
    const whole = new Timeline(earlier.startedAt, this.#keeps, this.#keepsRuns);
    const now = () => clock.now();
    await feed(whole, earlier.envelopes, () => {}, now);
    // More arrives in between; behind the last of them nothing waits any more.
    await feed(whole, eachOf(arrived, earlier.lists), () => {}, now);
    this.#timeline = whole;
    this.#lists = earlier.lists;
    this.#arrived = null;
  }
}

async function* eachOf(envelopes: readonly Envelope[], lists: ListParts): AsyncGenerator<Envelope> {
  for (let i = 0; i < envelopes.length; i++) yield lists.pass(envelopes[i] as Envelope);
}
