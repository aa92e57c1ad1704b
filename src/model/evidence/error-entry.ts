import { isBoilerplate } from './exit-boilerplate.ts';
import { isBetween } from './line-weight.ts';
import type { LogEntry } from './log-entry.ts';

/** A program that fails says little after the reason; one that said this many lines more had got over it. */
const NEAR = 30;

/**
 * The saying that tells best why a program ended: of the gravest near its end the first of the last unbroken run, since what follows
 * is its echo; or one that names itself the end of it; else its very last; undefined where there is none.
 */
export function errorEntry(sayings: readonly LogEntry[]): LogEntry | undefined {
  const near = nearEnd(sayings);
  const best = firstOfRun(near, gravest(near));
  if (best === undefined || best.weight > 0) return best;
  return firstOfRun(sayings, gravest(sayings.filter(({ isEnd }) => isEnd))) ?? sayings.at(-1);
}

/** What a program says while it goes down: it is no sign that it had got over an error. */
const GOING_DOWN =
  /\b(?:shut|stop|clos|exit|terminat|destroy|dispos|deregist|unregist|disconnect|drain|kill|interrupt|releas|remov|finish)/i;

function nearEnd(sayings: readonly LogEntry[]): readonly LogEntry[] {
  let lines = 0;
  let from = sayings.length;
  for (; from > 0 && lines < NEAR; from--) {
    const said = sayings[from - 1] as LogEntry;
    if (!(said.isQuiet && GOING_DOWN.test(said.text))) lines++;
  }
  return sayings.slice(from);
}

/** A grave saying before {@link NEAR}, which the program got over, and how many lines it stands before the end; null without one. */
export function farError(sayings: readonly LogEntry[]): { readonly said: LogEntry; readonly linesBefore: number } | null {
  const telling = errorEntry(sayings);
  if (telling === undefined || telling.weight > 0) return null;
  const index = sayings.findLastIndex(({ weight }) => weight > 0);
  const said = sayings[index];
  return said === undefined ? null : { said, linesBefore: sayings.length - 1 - index };
}

function gravest(sayings: readonly LogEntry[]): LogEntry | undefined {
  let best: LogEntry | undefined;
  for (const said of sayings) if (said.weight >= (best?.weight ?? 0)) best = said;
  return best;
}

/** So many errors in a row may follow from one; more are a stream of errors, of which the last counts. */
const RUN = 8;

/** The unbroken run of errors that ends with that one, oldest first; nothing in it is empty talk but perhaps the last. */
function runOf(sayings: readonly LogEntry[], last: LogEntry): readonly LogEntry[] {
  const run = [last];
  const told = new Set([last.text]);
  for (let i = sayings.lastIndexOf(last) - 1; i >= 0; i--) {
    const said = sayings[i] as LogEntry;
    if (said.weight === 2 && !isBoilerplate(said.text)) run.unshift(said);
    else if (!isBetween(said.text)) break;
    told.add(said.text);
    if (told.size > RUN) return [last];
  }
  return run;
}

function firstOfRun(sayings: readonly LogEntry[], last: LogEntry | undefined): LogEntry | undefined {
  return last === undefined || last.weight < 2 ? last : runOf(sayings, last)[0];
}

/** What followed from the saying that tells best: the rest of the run of errors that it begins. */
export function echoesOf(sayings: readonly LogEntry[]): readonly LogEntry[] {
  const first = errorEntry(sayings);
  const echoes: LogEntry[] = [];
  if (first === undefined || first.weight < 2) return echoes;
  for (const said of sayings.slice(sayings.lastIndexOf(first) + 1)) {
    if (said.weight === 2) echoes.push(said);
    else if (!isBetween(said.text)) break;
  }
  return echoes;
}

/** The nearest saying near the end that is more than empty talk, where the gravest is only that; undefined otherwise. */
export function reasonBehind(sayings: readonly LogEntry[]): LogEntry | undefined {
  const telling = errorEntry(sayings);
  if (telling === undefined || !isBoilerplate(telling.text)) return undefined;
  const before = nearEnd(sayings).filter(({ text, isQuiet }) => !isQuiet && !isBoilerplate(text));
  return before.findLast(({ weight }) => weight > 0) ?? before.at(-1);
}
