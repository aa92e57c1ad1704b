import { isWorkloadEntry, type TableEntry } from '../diagnosis/entry.ts';
import { counted } from '../text/duration.ts';
import { fitLine, span } from './lines/fit-line.ts';
import type { Line } from './lines/line.ts';

/** What a choice copies: a known text, or the explanation, which is created when chosen. */
export type Copied = { readonly type: 'text'; readonly text: string } | { readonly type: 'explanation' };

/** One thing to copy, and its key. All strings are safe. */
export interface CopyChoice {
  readonly key: string;
  /** What it is, in a few words; '' for commands, which speak for themselves. */
  readonly what: string;
  readonly copied: Copied;
}

/**
 * The choices of `c`: fixed when the menu opens, so that no update changes a choice as it is made.
 */
export interface CopyMenu {
  readonly entry: TableEntry;
  readonly choices: readonly CopyChoice[];
}

// Their keys are the digits.
const MAX_COMMANDS = 9;

/**
 * @param line the line in view; '' without one.
 * @param most the number of choices that fit: the last commands are omitted.
 */
export function copyMenuOf(entry: TableEntry, line: string, most: number): CopyMenu {
  const text = (key: string, what: string, words: string): CopyChoice => ({ key, what, copied: { type: 'text', text: words } });
  const name = isWorkloadEntry(entry) ? entry.workload.name : entry.record.pod.name;
  const commands = isWorkloadEntry(entry) ? entry.problem.next : (entry.cause?.next ?? []);
  const others = line === '' ? 2 : 3;
  const fitting = Math.min(MAX_COMMANDS, Math.max(0, most - others));
  return {
    entry,
    choices: [
      text('n', 'name', name),
      ...commands.slice(0, fitting).map((command, index) => text(`${index + 1}`, '', command)),
      { key: 'e', what: 'the explanation, a page of text', copied: { type: 'explanation' } },
      ...(line === '' ? [] : [text('l', 'line', line)]),
    ],
  };
}

/** The choice with that key; undefined if there is none, and then nothing is copied. */
export function choiceOf(menu: CopyMenu, key: string): CopyChoice | undefined {
  return menu.choices.find((choice) => choice.key === key);
}

/** The number of lines of {@link copyMenuLines}. */
export function copyMenuHeight(menu: CopyMenu): number {
  return menu.choices.length + 1;
}

/** The menu: one line per choice, each exactly `width` cells. */
export function copyMenuLines({ choices }: CopyMenu, width: number): readonly Line[] {
  const heading: Line = [span(' copy to the clipboard:', 'strong'), span('  any other key cancels', 'dim')];
  return [heading, ...choices.map(choiceLine)].map((line) => fitLine(line, width));
}

function choiceLine({ key, what, copied }: CopyChoice): Line {
  const label: Line = [span(`   ${key} `, 'accent'), span(what === '' ? '' : ` ${what}`)];
  return copied.type === 'explanation' ? label : [...label, span(` ${copied.text}`, what === '' ? 'plain' : 'dim')];
}

/** The result of copying. */
export interface CopyOutcome {
  /** false: only the beginning was copied, as clipboards have a limit. */
  readonly isWhole: boolean;
  /** A possible obstacle; '' if none is known. */
  readonly hint: string;
}

/** What was copied, in a few words; a possible obstacle comes first, where it is always visible. */
export function copiedText(text: string, { isWhole, hint }: CopyOutcome): string {
  const [first = ''] = text.split('\n', 1);
  const lines = text.trimEnd().split('\n').length;
  const what = lines > 1 ? counted(lines, 'line') : first;
  const limits = [hint, isWhole ? '' : 'only the beginning: it is too long'].filter((limit) => limit !== '').join('; ');
  return `copied${limits === '' ? '' : ` (${limits})`}: ${what}`;
}
