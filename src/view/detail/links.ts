import { linesOf } from '../../diagnosis/log-lines.ts';
import { logOf, type Subject } from '../../diagnosis/subject.ts';
import type { Run } from '../../model/ledger.ts';
import { lineWidth, span } from '../lines/fit-line.ts';
import type { Line, Span, TabLink } from '../lines/line.ts';

/** The source of a piece of evidence, and the tab that shows all of it. */
interface Place extends Omit<TabLink, 'type'> {
  /** `4 Events`. */
  readonly name: string;
}

/** The source of a piece of evidence; null if the quotation is all of it. */
export type PlaceOf = (fact: string) => Place | null;

export const nowhere: PlaceOf = () => null;

// In the form in which `eventEvidence` quotes them.
const EVENT = /^event (\S+) \(/;
const LOG = /^log: "/;
// This much is enough for a search; the quotation may cut the rest.
const FOUND_BY = 60;

/** The source of a quoted event. */
export const eventPlace: PlaceOf = (fact) => {
  const reason = EVENT.exec(fact)?.[1];
  return reason === undefined ? null : { tab: 'events', find: reason, name: '4 Events' };
};

/** The sources of quoted events, and of the line of the log of the latest dead run. */
export function placesIn(subject: Subject, dead: Run | undefined): PlaceOf {
  const log = dead === undefined ? undefined : logOf(subject, dead);
  const { lines, telling } = log === undefined ? { lines: [], telling: -1 } : linesOf(log);
  const find = lines[telling]?.text.trim().slice(0, FOUND_BY).toWellFormed() ?? '';
  return (fact) => {
    if (!LOG.test(fact)) return eventPlace(fact);
    return find === '' ? null : { tab: 'logs', find, name: `3 Logs, line ${telling + 1} of ${lines.length}` };
  };
}

const ARROW = '→ ';
const FOLLOWED = '⇒ ';

/** The lines of a piece of evidence followed by the name of its source, if any. */
export function withPlace(lines: readonly Line[], place: Place | null, width: number): readonly Line[] {
  const last = lines.at(-1);
  if (place === null || last === undefined) return lines;
  const { tab, find } = place;
  const name: Span = { ...span(ARROW + place.name, 'info'), link: { type: 'tab', tab, find } };
  const fits = lineWidth(last) + 2 + lineWidth([name]) <= width;
  return fits ? [...lines.slice(0, -1), [...last, span('  '), name]] : [...lines, [span('  '), name]];
}

/**
 * Marks the line's reference as the one that is followed next: inverse, and by its arrow without
 * colours.
 */
export function withFollowed(line: Line): Line {
  return line.map((s) => (s.link?.type === 'tab' ? { ...s, text: s.text.replace(ARROW, FOLLOWED), tone: 'selected' } : s));
}
