import type { Acknowledgement } from '../diagnosis/acknowledgement/acknowledgement.ts';
import type { AcknowledgementKeeper } from '../diagnosis/acknowledgement/acknowledgement-keeper.ts';
import { acknowledge, judge, SETTLES_AFTER_MS, type Unsettled, withSameProblem } from '../diagnosis/acknowledgement/judge.ts';
import type { TableEntry } from '../diagnosis/entry.ts';
import { isAtHead, type Playback } from '../timeline/playback.ts';
import type { ClusterState } from '../timeline/state.ts';
import { describeProblem } from '../wording/acknowledgements.ts';

/** The facts for judging problems, besides the acknowledgements. */
export interface MomentFacts {
  readonly state: ClusterState;
  /** Epoch ms. */
  readonly now: number;
  /** Is it the newest state of a cluster? Only then an acknowledgement is reopened for good. */
  readonly isHead: boolean;
  readonly isLive: boolean;
}

/** The facts at a playback's position in `state`. */
export function momentFactsOf(playback: Playback, state: ClusterState): MomentFacts {
  return { state, now: playback.cursor, isLive: playback.session === 'live', isHead: isAtHead(playback) };
}

/** Knows which problems are acknowledged, and notices when they change. */
export class Acknowledger {
  readonly #keeper: AcknowledgementKeeper;
  #unsettled: Unsettled = new Map();
  #stood: { problems: readonly TableEntry[]; known: readonly Acknowledgement[]; entries: readonly TableEntry[] } | null = null;

  constructor(keeper: AcknowledgementKeeper) {
    this.#keeper = keeper;
  }

  /** The problems, each with its acknowledgement status. */
  stand(problems: readonly TableEntry[], { state, now, isHead, isLive }: MomentFacts): readonly TableEntry[] {
    const known = this.#keeper.list();
    if (known.length === 0) return problems;
    if (this.#stood?.problems === problems && this.#stood.known === known) return this.#stood.entries;
    const isCertain = isHead && state.podsListedAt !== null;
    // In a recording each moment is judged by itself; a live cluster's past reopens nothing.
    const settlesAfterMs = isHead ? SETTLES_AFTER_MS : isLive ? Number.POSITIVE_INFINITY : 0;
    const { standings, change, unsettled } = judge(problems, known, { state, now, unsettled: this.#unsettled, settlesAfterMs });
    if (isCertain) {
      this.#unsettled = unsettled;
      if (change.add.length > 0) this.#keeper.change(change);
    }
    const entries = problems.map((entry) => {
      const standing = standings.get(entry.key);
      return standing === undefined ? entry : { ...entry, acknowledgement: standing };
    });
    this.#stood = { problems, known: this.#keeper.list(), entries };
    return entries;
  }

  /** Does crashtop offer to acknowledge old problems? */
  get offers(): boolean {
    return this.#keeper.isFirstTime();
  }

  decline(): void {
    this.#keeper.decline();
  }

  /**
   * Acknowledges the problems of these entries. @param until epoch ms; null until they change.
   * @returns the message for the user.
   */
  acknowledge(
    chosen: readonly TableEntry[],
    entries: readonly TableEntry[],
    { state, now }: MomentFacts,
    until: number | null,
  ): string {
    const taken = withSameProblem(chosen, entries);
    if (taken.length === 0) return 'it has no problem to acknowledge';
    const { by, isLasting } = this.#keeper;
    this.#keeper.change(acknowledge(chosen, entries, this.#keeper.list(), state, { by, at: now, until }));
    return `acknowledged${isLasting ? '' : ' until you quit'}: ${describeProblem(taken)}`;
  }

  /** Takes back the acknowledgements of these entries. @returns the message for the user. */
  takeBack(chosen: readonly TableEntry[], entries: readonly TableEntry[]): string {
    const drop = new Set(chosen.map((e) => e.acknowledgement?.of).filter((a) => a !== undefined));
    this.#keeper.change({ remove: [...drop], add: [] });
    return `no longer acknowledged: ${describeProblem(entries.filter((e) => e.acknowledgement !== undefined && drop.has(e.acknowledgement.of)))}`;
  }
}
