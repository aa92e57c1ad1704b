import { linesOf } from '../../diagnosis/log-lines.ts';
import { logOf, type Subject } from '../../diagnosis/subject.ts';
import type { Run } from '../../model/ledger.ts';
import { lineWidth, span } from '../lines/fit-line.ts';
import type { Line, Span } from '../lines/line.ts';
import { type Pane, paneOf, type Reference } from './pane.ts';
import type { Tab } from './tabs.ts';

/** What a piece of evidence rests on and which tab shows it whole. */
interface Place {
  readonly tab: Tab;
  readonly find: string;
  /** `4 Events`. */
  readonly name: string;
}

/** Where the rest of a piece of evidence stands; null where it is all there is. */
export type PlaceOf = (fact: string) => Place | null;

export const nowhere: PlaceOf = () => null;

// As `eventEvidence` quotes them.
const EVENT = /^event (\S+) \(/;
const LOG = /^log: "/;
// A search finds it by that much; what follows may be cut in the quotation.
const FOUND_BY = 60;

/** The place of a quoted event. */
export const eventPlace: PlaceOf = (fact) => {
  const reason = EVENT.exec(fact)?.[1];
  return reason === undefined ? null : { tab: 'events', find: reason, name: '4 Events' };
};

/** The places of quoted events, and of the line of the log of the run that died last. */
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

const places = new WeakMap<Span, Place>();

/** The lines of a piece of evidence with the name of its place behind them, where it has one. */
export function withPlace(lines: readonly Line[], place: Place | null, width: number): readonly Line[] {
  const last = lines.at(-1);
  if (place === null || last === undefined) return lines;
  const name = span(ARROW + place.name, 'info');
  places.set(name, place);
  const fits = lineWidth(last) + 2 + lineWidth([name]) <= width;
  return fits ? [...lines.slice(0, -1), [...last, span('  '), name]] : [...lines, [span('  '), name]];
}

/** A pane over lines, which knows the places that are named in them. */
export function withReferences(lines: readonly Line[]): Pane {
  const references = lines.flatMap((line, index): Reference[] => {
    const place = line.map((s) => places.get(s)).find((found) => found !== undefined);
    return place === undefined ? [] : [{ line: index, tab: place.tab, find: place.find }];
  });
  return references.length === 0 ? paneOf(lines) : { ...paneOf(lines), references };
}

/** The line with its reference as the one that is followed next: inverse, and by its arrow without colours. */
export function withFollowed(line: Line): Line {
  return line.map((s) => (places.has(s) ? span(s.text.replace(ARROW, FOLLOWED), 'selected') : s));
}
