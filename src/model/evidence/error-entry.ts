import { isBoilerplate } from './exit-boilerplate.ts';
import { isBetween } from './line-weight.ts';
import type { LogEntry } from './log-entry.ts';

/**
 * A failing program says little after the reason; a program that wrote this many more lines had
 * recovered.
 */
const NEAR = 30;

/**
 * The entry that best explains why a program ended: among the gravest near its end, the first of
 * the last unbroken series, since the rest echoes it; else one that calls itself fatal; else the
 * very last. undefined if there is none.
 */
export function errorEntry(entries: readonly LogEntry[]): LogEntry | undefined {
  const near = nearEnd(entries);
  const best = firstOfRun(near, gravest(near));
  if (best === undefined || best.weight > 0) return best;
  return firstOfRun(entries, gravest(entries.filter(({ isEnd }) => isEnd))) ?? entries.at(-1);
}

/** What a program says while it shuts down does not show that it had recovered from an error. */
const GOING_DOWN =
  /\b(?:shut|stop|clos|exit|terminat|destroy|dispos|deregist|unregist|disconnect|drain|kill|interrupt|releas|remov|finish)/i;

function nearEnd(entries: readonly LogEntry[]): readonly LogEntry[] {
  let lines = 0;
  let from = entries.length;
  for (; from > 0 && lines < NEAR; from--) {
    const said = entries[from - 1] as LogEntry;
    if (!(said.isQuiet && GOING_DOWN.test(said.text))) lines++;
  }
  return entries.slice(from);
}

/**
 * A grave entry before the last {@link NEAR} lines, from which the program recovered, and its
 * distance in lines from the end; null without one.
 */
export function farError(entries: readonly LogEntry[]): { readonly said: LogEntry; readonly linesBefore: number } | null {
  const telling = errorEntry(entries);
  if (telling === undefined || telling.weight > 0) return null;
  const index = entries.findLastIndex(({ weight }) => weight > 0);
  const said = entries[index];
  return said === undefined ? null : { said, linesBefore: entries.length - 1 - index };
}

function gravest(entries: readonly LogEntry[]): LogEntry | undefined {
  let best: LogEntry | undefined;
  for (const said of entries) if (said.weight >= (best?.weight ?? 0)) best = said;
  return best;
}

/**
 * This many errors in a row may result from one; more are a stream of errors, of which the last
 * counts.
 */
const RUN = 8;

/**
 * The unbroken series of errors that ends with `last`, oldest first. Only `last` may be
 * boilerplate.
 */
function runOf(entries: readonly LogEntry[], last: LogEntry): readonly LogEntry[] {
  const run = [last];
  const told = new Set([last.text]);
  for (let i = entries.lastIndexOf(last) - 1; i >= 0; i--) {
    const said = entries[i] as LogEntry;
    if (said.weight === 2 && !isBoilerplate(said.text)) run.unshift(said);
    else if (!isBetween(said.text)) break;
    told.add(said.text);
    if (told.size > RUN) return [last];
  }
  return run;
}

function firstOfRun(entries: readonly LogEntry[], last: LogEntry | undefined): LogEntry | undefined {
  return last === undefined || last.weight < 2 ? last : runOf(entries, last)[0];
}

/**
 * The consequences of the entry that explains best: the rest of the series of errors that it
 * begins.
 */
export function echoesOf(entries: readonly LogEntry[]): readonly LogEntry[] {
  const first = errorEntry(entries);
  const echoes: LogEntry[] = [];
  if (first === undefined || first.weight < 2) return echoes;
  for (const said of entries.slice(entries.lastIndexOf(first) + 1)) {
    if (said.weight === 2) echoes.push(said);
    else if (!isBetween(said.text)) break;
  }
  return echoes;
}

/**
 * The nearest entry near the end that is more than boilerplate, if the gravest is only that; else
 * undefined.
 */
export function reasonBehind(entries: readonly LogEntry[]): LogEntry | undefined {
  const telling = errorEntry(entries);
  if (telling === undefined || !isBoilerplate(telling.text)) return undefined;
  const before = nearEnd(entries).filter(({ text, isQuiet }) => !isQuiet && !isBoilerplate(text));
  return before.findLast(({ weight }) => weight > 0) ?? before.at(-1);
}
