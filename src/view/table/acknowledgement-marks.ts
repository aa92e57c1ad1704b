import type { Standing } from '../../diagnosis/acknowledgement/acknowledgement.ts';
import type { TableEntry } from '../../diagnosis/entry.ts';
import { standingText } from '../../wording/acknowledgements.ts';
import { timeNear } from '../../wording/runs.ts';
import { span } from '../lines/fit-line.ts';
import type { Line, Span } from '../lines/line.ts';

// There is little room: seconds and the year can be told from the strip.
const SHORTENED = /^\d{4}-|:\d\d$/g;

/** What stands before the reason in WHY: whose acknowledgement it is and until when, or that it came back. */
export function standingMark({ is, of }: Standing, now: number): Span | null {
  if (is === 'over') return null;
  if (is === 'reopened') return span('reopened: ', 'warn');
  const until = of.until === null ? '' : `, until ${timeNear(of.until, now).replace(SHORTENED, '')}`;
  return span(`by ${of.by}${until}: `, 'dim');
}

/** The text of {@link standingText} as it stands before what follows in a line; nothing where it was never acknowledged. */
export function standingSpans({ standing }: TableEntry, now: number): Line {
  if (standing === undefined) return [];
  return [span(` ${standingText(standing, now)}`, standing.is === 'reopened' ? 'warn' : 'plain'), span(' ·', 'dim')];
}
