import type { TableEntry } from '../../diagnosis/entry.ts';
import type { PlaybackEvent } from '../../timeline/playback.ts';
import type { ScreenState } from './screen-state.ts';

/** What a key does besides to the screen, as data: the store does it. */
export type Effect =
  | { readonly type: 'playback'; readonly event: PlaybackEvent }
  | { readonly type: 'copy'; readonly text: string }
  /** Copies the explanation of an entry, which is worked out first. */
  | { readonly type: 'copyExplanation'; readonly entry: TableEntry }
  | { readonly type: 'save' }
  /** The entries by their keys; until epoch ms, null until they change. */
  | { readonly type: 'acknowledge'; readonly keys: readonly string[]; readonly until: number | null }
  | { readonly type: 'takeBack'; readonly keys: readonly string[] }
  /** Offers no more to acknowledge what is old. */
  | { readonly type: 'decline' }
  /** Tells something until the next key. */
  | { readonly type: 'say'; readonly text: string }
  | { readonly type: 'quit' }
  | { readonly type: 'suspend' };

/** What comes of a key: the screen after it, and what else is to be done, in this order. */
export interface Step {
  readonly screen: ScreenState;
  readonly effects: readonly Effect[];
}

/** The screen alone changes, or does not. */
export function only(screen: ScreenState): Step {
  return { screen, effects: [] };
}
