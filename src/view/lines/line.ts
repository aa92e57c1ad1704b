/** What a piece of text means; the theme gives each tone its colours. Without colours the text alone must carry it. */
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

/** A piece of text in one tone. */
export interface Span {
  readonly text: string;
  readonly tone: Tone;
}

/** One line of the screen. */
export type Line = readonly Span[];
