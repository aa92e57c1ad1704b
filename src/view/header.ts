import { type Connection, isCurrent } from '../diagnosis/connection.ts';
import { namespacesNotSeen } from '../diagnosis/visibility.ts';
import { cutEnd } from '../text/cells.ts';
import { counted, dateAndTime, duration, durationLeft, grouped, timeOfDay } from '../text/duration.ts';
import type { SourceInfo } from '../timeline/envelope.ts';
import type { ClusterState, Gap } from '../timeline/state.ts';
import { UNTIL_LETTERS } from '../wording/acknowledgements.ts';
import { missingPermissionsText } from '../wording/missing-permissions.ts';
import { timeNear } from '../wording/runs.ts';
import { scopeText } from '../wording/scope.ts';
import { copyMenuHeight, copyMenuLines } from './copy-menu.ts';
import { fitLine, lineWidth, span, spreadLine } from './lines/fit-line.ts';
import type { Line, Span, Tone } from './lines/line.ts';
import { SECTIONS, type Section } from './table/table.ts';
import { SORT_LETTERS } from './update/modal.ts';
import { type Acknowledging, type GoTo, modalOf, type ScreenState } from './update/screen-state.ts';

/** The kind of session. A demo is a recording labelled as such. */
export type SessionKind = 'live' | 'replay' | 'demo';

/** The inputs of the header. Times in epoch ms. */
export interface HeaderFacts {
  readonly kind: SessionKind;
  readonly source: SourceInfo;
  readonly connection: Connection;
  readonly state: ClusterState;
  /** Those that started by `now`. */
  readonly gaps: readonly Gap[];
  /** The time that the screen shows. */
  readonly now: number;
  readonly wallNow: number;
  /** "NOT LIVE, 4m behind" while a live session shows the past; else null. */
  readonly notLive: string | null;
  /** The number of workloads in each section, regardless of filters. */
  readonly counts: ReadonlyMap<Section, number>;
  /** When the timeline's knowledge of the cluster starts. */
  readonly startedAt: number;
  readonly newSince: number;
  /** Number of containers in trouble that started after `newSince`. */
  readonly newCount: number;
  /** Number of containers in trouble. */
  readonly troubled: number;
  readonly screen: ScreenState;
  /** Number of entries that the filter hides, and of all entries. */
  readonly filtered: number;
  readonly listed: number;
}

const SEPARATOR: Span = span(' · ', 'dim');

/**
 * The header: two lines, plus a third while a prompt is open or a filter hides rows. Each exactly
 * `width` cells.
 */
export function headerLines(facts: HeaderFacts, width: number): readonly Line[] {
  const { line, isHiddenSaid } = sourceLine(facts, width);
  const lines = [line, countsLine(facts, width, isHiddenSaid)];
  const asking = askingLines(facts, width);
  return [...lines, ...(asking.length > 0 ? asking : filterLines(facts, width))];
}

/**
 * The header's first line: the source, the age of the data, what permissions hide. On every screen.
 */
export function sourceLineOf(facts: HeaderFacts, width: number): Line {
  return sourceLine(facts, width).line;
}

/** The lines that ask the user for something: a prompt, the copy menu, or an acknowledgement. */
export function askingLines(facts: HeaderFacts, width: number): readonly Line[] {
  const modal = modalOf(facts.screen);
  switch (modal?.type) {
    case undefined:
    case 'sort':
      return [];
    case 'copy':
      return copyMenuLines(modal.menu, width);
    case 'acknowledge':
      return [fitLine(untilLine(modal), width)];
    case 'filter':
      return [fitLine(typingLine('filter', facts.screen.table.filter, filterHint(facts)), width)];
    case 'search':
      return [fitLine(typingLine('search', modal.search.text, SEARCH_HINT), width)];
    case 'goTo':
      return [fitLine(typingLine('go to', modal.text, goToHint(modal)), width)];
  }
}

/** The number of lines of {@link headerLines}. */
export function headerHeight(screen: ScreenState): number {
  const modal = modalOf(screen);
  if (modal?.type === 'copy') return 2 + copyMenuHeight(modal.menu);
  return screen.table.filter !== '' || (modal !== null && modal.type !== 'sort') ? 3 : 2;
}

// What permissions hide is on the first line, or if it does not fit, on the second, and is never
// omitted. Otherwise well-known facts are omitted first: the number of pods, the context of a
// recording, the long name of the session kind.
function sourceLine(facts: HeaderFacts, width: number): { line: Line; isHiddenSaid: boolean } {
  const clock = span(` ${facts.kind === 'live' ? timeOfDay(facts.now) : dateAndTime(facts.now)} UTC `, 'strong');
  const hidden = hiddenSpans(facts);
  const [long, short] = [statusOf(facts, true), statusOf(facts, false)];
  const rights: Line[] = [[...long, ...hidden], long, short].map((status) => [span('  '), ...status, span('  '), clock]);
  const lefts = leftVariants(facts);
  const fits = (left: Line, right: Line) => lineWidth(left) + lineWidth(right) <= width;
  const fitting = rights.flatMap((right) => lefts.map((left) => ({ left, right }))).find(({ left, right }) => fits(left, right));
  const { left, right } = fitting ?? { left: lefts.at(-1) as Line, right: rights.at(-1) as Line };
  const line = spreadLine(left, right, width);
  return {
    line: facts.notLive === null ? line : line.map((s) => span(s.text, 'alert')),
    isHiddenSaid: hidden.length === 0 || right === rights[0],
  };
}

function leftVariants({ source, state, kind, connection }: HeaderFacts): Line[] {
  const name: Line = [span(' crashtop ', 'accent'), span(source.name, 'strong')];
  const context: Line = kind !== 'live' && source.context !== null ? [span(` (${source.context})`)] : [];
  const scope: Line = [SEPARATOR, span(scopeText(source))];
  // During listing, the status gives the number so far.
  const isCounted = state.podsListedAt !== null && connection.phase !== 'listing';
  const pods: Line = isCounted ? [SEPARATOR, span(counted(state.names.size, 'pod'))] : [];
  return [
    [...name, ...context, ...scope, ...pods],
    [...name, ...context, ...scope],
    [...name, ...scope],
  ];
}

function statusOf(facts: HeaderFacts, isLong: boolean): Line {
  if (facts.notLive !== null) return [span(facts.notLive, 'alert')];
  if (facts.kind !== 'live') return recordingStatus(facts, isLong);
  return connectionStatus(facts.connection, facts.wallNow);
}

// The full sentence is a notice; here it must leave room for the source.
const MAX_CUT_WIDTH = 24;

function recordingStatus({ kind, connection, gaps, now }: HeaderFacts, isLong: boolean): Line {
  const [name, more] = kind === 'demo' ? ['DEMO', ', a recording'] : ['REPLAY', ' of a recording'];
  const gap = gaps.findLast((g) => g.from <= now && (g.to === null || g.to > now));
  if (gap !== undefined) return [span(`${name}, not seen since ${timeOfDay(gap.from)}`, 'alert')];
  if (connection.phase === 'reading') {
    return [span(`${name}, reading${connection.done === null ? '' : `: ${Math.floor(connection.done * 100)}%`}`, 'warn')];
  }
  if (connection.phase === 'recorded' && connection.cut !== '')
    return [span(`${name}, ${cutEnd(connection.cut, MAX_CUT_WIDTH)}`, 'warn')];
  return [span(isLong ? name + more : name, 'info')];
}

function connectionStatus(connection: Connection, wallNow: number): Line {
  switch (connection.phase) {
    case 'connecting':
      return [span(`◌ connecting for ${duration(wallNow - connection.since)}`, 'warn')];
    case 'listing':
      return [span(`◌ listing: ${counted(connection.listed, 'pod')} so far`, 'warn')];
    case 'live': {
      const age = duration(wallNow - connection.heardAt);
      if (isCurrent(connection, wallNow)) return [span('● live', 'good'), span(`, data ${age} old`)];
      return [span(`◌ SILENT: no data for ${age}`, 'alert')];
    }
    case 'lost': {
      const age = connection.heardAt === null ? 'nothing seen yet' : `data ${duration(wallNow - connection.heardAt)} old`;
      const retry = connection.retryAt === null ? '' : `, retry in ${durationLeft(connection.retryAt - wallNow)}`;
      return [span(`✗ NOT CONNECTED, ${age}${retry}`, 'alert')];
    }
    case 'refused':
      return [span('✗ REFUSED', 'alert')];
    case 'reading':
    case 'recorded':
      return [];
  }
}

function hiddenSpans({ state, gaps, now }: HeaderFacts): Line {
  const text = missingPermissionsText(state.hidden, namespacesNotSeen(gaps, now));
  return text === '' ? [] : [SEPARATOR, span(text, 'warn')];
}

const COUNT_TONES: Readonly<Record<Section, Tone>> = {
  down: 'bad',
  degraded: 'warn',
  available: 'strong',
  holding: 'good',
  stable: 'plain',
  restarting: 'plain',
  deleted: 'dim',
  quiet: 'dim',
  acknowledged: 'dim',
};

function countsLine(facts: HeaderFacts, width: number, isHiddenSaid: boolean): Line {
  const { counts, newCount, newSince, screen, state, connection } = facts;
  const parts: Line[] = [];
  for (const section of SECTIONS) {
    const count = counts.get(section) ?? 0;
    if (count > 0 && section !== 'quiet')
      parts.push([span(`${parts.length === 0 ? ' ' : '  '}${grouped(count)} ${section}`, COUNT_TONES[section])]);
  }
  if (parts.length === 0)
    parts.push(
      state.podsListedAt !== null && connection.phase !== 'listing' ? [span(' nothing is crash-looping', 'good')] : [span(' ')],
    );
  const right = rightOfCounts(screen);
  const hidden = isHiddenSaid ? [] : hiddenSpans(facts).slice(1);
  const news = newCount === 0 ? [] : [SEPARATOR, span(`+${grouped(newCount)} new`, 'accent')];
  const long = newCount === 0 ? [] : [...news, span(` since ${sinceText(newSince, facts.now)}`, 'accent')];
  const tail = hidden.length > 0 ? [...hidden, span('  '), ...right.short] : right.long;
  const least = hidden.length > 0 ? [...hidden, span(' ')] : right.short;
  const named = parts.flat();
  const fits = (left: Line, end: Line) => lineWidth(left) + 2 + lineWidth(end) <= width;
  if (fits([...named, ...long], tail)) return spreadLine([...named, ...long], tail, width);
  const end = modalOf(screen)?.type === 'sort' ? right.long : least;
  const left =
    [
      [...named, ...long],
      [...named, ...news],
    ].find((l) => fits(l, end)) ?? named;
  return spreadLine(left, [span('  '), ...end], width);
}

function rightOfCounts(screen: ScreenState): { long: Line; short: Line } {
  if (modalOf(screen)?.type === 'sort') {
    const choice: Line = [
      span('sort by ', 'strong'),
      ...Object.entries(SORT_LETTERS).flatMap(([letter, key]) => [span(` ${letter}`, 'accent'), span(` ${key} `)]),
    ];
    return { long: choice, short: choice };
  }
  const help: Line = [span('? help ', 'dim')];
  const { showAll, grouping, sort } = screen.table;
  const all = showAll ? 'all containers  ' : '';
  // A different grouping changes the meaning of rows, so it is omitted last.
  const group: Line = grouping === 'workload' ? [] : [span(`group: ${grouping}  `, 'info')];
  return { long: [...group, span(`${all}sort: ${sort}  `, 'dim'), ...help], short: [...group, ...help] };
}

// After a night away, yesterday must not be taken for today.
function sinceText(since: number, now: number): string {
  return timeNear(since, now).slice(0, -':SS'.length);
}

function untilLine({ what }: Acknowledging): Line {
  const choices = [...UNTIL_LETTERS].flatMap(([letter, { words }]) => [span(`  ${letter}`, 'accent'), span(` ${words}`)]);
  return [span(' acknowledge', 'accent'), ...choices, span('  Esc cancel  ', 'dim'), span(what, 'strong')];
}

function typingLine(what: string, text: string, hint: Line): Line {
  return [span(` ${what}: `, 'accent'), span(text, 'strong'), span('▏', 'accent'), ...hint];
}

const SEARCH_HINT: Line = [span('   Enter keeps it, then n: next, N: previous; Esc drops it', 'dim')];

function filterHint(facts: HeaderFacts): Line {
  return [span(`  ${hidesText(facts)}`), span('   Enter keeps it, Esc drops it; !text hides matches', 'dim')];
}

function goToHint({ error }: GoTo): Line {
  return [error === '' ? span('   15:04:05, 12m30s from the start, or end', 'dim') : span(`   ${error}`, 'bad')];
}

function hidesText({ screen, filtered, listed }: HeaderFacts): string {
  return screen.table.filter === '' ? 'shows all' : `hides ${grouped(filtered)} of ${grouped(listed)}`;
}

// The line about the active filter; null without one.
function filterLines(facts: HeaderFacts, width: number): readonly Line[] {
  const { filter } = facts.screen.table;
  if (filter === '') return [];
  const hides = span(`  ${hidesText(facts)}`, facts.filtered > 0 ? 'warn' : 'plain');
  return [fitLine([span(' filter: ', 'accent'), span(filter, 'strong'), hides, span('   Esc clears it', 'dim')], width)];
}
