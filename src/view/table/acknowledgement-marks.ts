import type { AcknowledgementStatus } from '../../diagnosis/acknowledgement/acknowledgement.ts';
import type { TableEntry } from '../../diagnosis/entry.ts';
import { acknowledgementText } from '../../wording/acknowledgements.ts';
import { timeNear } from '../../wording/runs.ts';
import { span } from '../lines/fit-line.ts';
import type { Line, Span } from '../lines/line.ts';

// Space is short, and the footer shows seconds and the year.
const SHORTENED = /^\d{4}-|:\d\d$/g;

/** The prefix of the reason in WHY: who acknowledged it and until when, or that it was reopened. */
export function acknowledgementMark({ type, of }: AcknowledgementStatus, now: number): Span | null {
  if (type === 'expired') return null;
  if (type === 'reopened') return span('reopened: ', 'warn');
  const until = of.until === null ? '' : `, until ${timeNear(of.until, now).replace(SHORTENED, '')}`;
  return span(`by ${of.by}${until}: `, 'dim');
}

/**
 * The text of {@link acknowledgementText} as the start of a line; empty if it was never
 * acknowledged.
 */
export function acknowledgementSpans({ acknowledgement }: TableEntry, now: number): Line {
  if (acknowledgement === undefined) return [];
  return [
    span(` ${acknowledgementText(acknowledgement, now)}`, acknowledgement.type === 'reopened' ? 'warn' : 'plain'),
    span(' ·', 'dim'),
  ];
}
