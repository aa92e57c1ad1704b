import type { Tab } from '../detail/tabs.ts';

/**
 * The meaning of a piece of text; the theme gives each tone its colours. Without colours the text
 * alone must carry it.
 */
export type Tone =
  | 'plain'
  | 'dim'
  | 'strong'
  | 'bad'
  | 'warn'
  | 'good'
  | 'info'
  | 'accent'
  | 'selected'
  | 'alert'
  | 'crash'
  | 'running'
  | 'waiting'
  | 'unseen';

/** A link into another tab, such as to an event or a line of a log. */
export interface TabLink {
  readonly type: 'tab';
  readonly tab: Tab;
  /** The text that finds it there. */
  readonly find: string;
}

/** A link to a container. */
export interface EntryLink {
  readonly type: 'entry';
  /** Identifies the row for a selection: the same container can be in several lines. */
  readonly id: string;
  /** The key of the entry that it opens. */
  readonly opens: string;
  /** `shop/api-1 [api]`. */
  readonly name: string;
}

/** A piece of text in one tone. Copies of it must keep `link`. */
export interface Span {
  readonly text: string;
  readonly tone: Tone;
  /** Its link; absent if there is none. */
  readonly link?: TabLink | EntryLink;
}

/** One line of the screen. */
export type Line = readonly Span[];
