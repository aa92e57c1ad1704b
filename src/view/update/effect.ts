import type { TableEntry } from '../../diagnosis/entry.ts';
import type { PlaybackEvent } from '../../timeline/playback.ts';
import type { ScreenState } from './screen-state.ts';

/** The effects of a key besides the screen, as data: the store runs them. */
export type Effect =
  | { readonly type: 'playback'; readonly event: PlaybackEvent }
  | { readonly type: 'copy'; readonly text: string }
  /** Copies the explanation of an entry after computing it. */
  | { readonly type: 'copyExplanation'; readonly entry: TableEntry }
  | { readonly type: 'save' }
  /** The entries by their keys; until epoch ms, null until they change. */
  | { readonly type: 'acknowledge'; readonly keys: readonly string[]; readonly until: number | null }
  | { readonly type: 'takeBack'; readonly keys: readonly string[] }
  /** Stops offering to acknowledge old problems. */
  | { readonly type: 'decline' }
  /** Shows a message until the next key. */
  | { readonly type: 'say'; readonly text: string }
  | { readonly type: 'quit' }
  | { readonly type: 'suspend' };

/** The result of a key: the next screen, and effects in this order. */
export interface Step {
  readonly screen: ScreenState;
  readonly effects: readonly Effect[];
}

/** Only the screen changes, or nothing. */
export function only(screen: ScreenState): Step {
  return { screen, effects: [] };
}
