import type { Tab } from '../detail/tabs.ts';

/**
 * What a piece of text means; the theme gives each tone its colours. Without colours the text alone
 * must carry it.
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

/** Leads to what another tab shows whole, such as an event or a line of a log. */
export interface TabLink {
  readonly type: 'tab';
  readonly tab: Tab;
  /** The text by which it is found there. */
  readonly find: string;
}

/** Leads to a container. */
export interface EntryLink {
  readonly type: 'entry';
  /** What a selection holds on to: the same container can stand in several lines. */
  readonly id: string;
  /** The key of the entry that it opens. */
  readonly opens: string;
  /** `shop/api-1 [api]`. */
  readonly name: string;
}

/** A piece of text in one tone. Whoever makes another one of it takes `link` along. */
export interface Span {
  readonly text: string;
  readonly tone: Tone;
  /** Where it leads; absent where it leads nowhere. */
  readonly link?: TabLink | EntryLink;
}

/** One line of the screen. */
export type Line = readonly Span[];
