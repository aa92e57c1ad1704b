import { isWorkloadEntry, type TableEntry } from '../diagnosis/entry.ts';
import { counted } from '../text/duration.ts';
import { fitLine, span } from './lines/fit-line.ts';
import type { Line } from './lines/line.ts';

/** What a choice copies: a text that is known, or the explanation, which is made when it is chosen. */
export type Copied = { readonly type: 'text'; readonly text: string } | { readonly type: 'explanation' };

/** One thing that can be copied, and the key that does it. All strings are safe. */
export interface CopyChoice {
  readonly key: string;
  /** What it is, in a few words; '' for commands, which speak for themselves. */
  readonly what: string;
  readonly copied: Copied;
}

/** What `c` offers: fixed when it opens, so that no arrival changes a choice under somebody's finger. */
export interface CopyMenu {
  readonly entry: TableEntry;
  readonly choices: readonly CopyChoice[];
}

// Their keys are the digits.
const MOST_COMMANDS = 9;

/**
 * @param line the line that is looked at; '' where there is none.
 * @param most how many choices there is room for: commands that do not fit are left out, the first stay.
 */
export function copyMenuOf(entry: TableEntry, line: string, most: number): CopyMenu {
  const text = (key: string, what: string, words: string): CopyChoice => ({ key, what, copied: { type: 'text', text: words } });
  const name = isWorkloadEntry(entry) ? entry.workload.name : entry.record.pod.name;
  const commands = isWorkloadEntry(entry) ? entry.problem.next : (entry.cause?.next ?? []);
  const others = line === '' ? 2 : 3;
  const fitting = Math.min(MOST_COMMANDS, Math.max(0, most - others));
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

/** The choice of that key; undefined where it is none: then nothing is copied. */
export function choiceOf(menu: CopyMenu, key: string): CopyChoice | undefined {
  return menu.choices.find((choice) => choice.key === key);
}

/** How many lines {@link copyMenuLines} gives. */
export function copyMenuHeight(menu: CopyMenu): number {
  return menu.choices.length + 1;
}

/** The menu: one line for each choice, each exactly `width` cells. */
export function copyMenuLines({ choices }: CopyMenu, width: number): readonly Line[] {
  const heading: Line = [span(' copy to the clipboard:', 'strong'), span('  any other key copies nothing', 'dim')];
  return [heading, ...choices.map(choiceLine)].map((line) => fitLine(line, width));
}

function choiceLine({ key, what, copied }: CopyChoice): Line {
  const label: Line = [span(`   ${key} `, 'accent'), span(what === '' ? '' : ` ${what}`)];
  return copied.type === 'explanation' ? label : [...label, span(` ${copied.text}`, what === '' ? 'plain' : 'dim')];
}

/** How a copy went. */
export interface CopyOutcome {
  /** false: only the beginning was handed over, as no clipboard takes more. */
  readonly isWhole: boolean;
  /** What may be in the way; '' where nothing is known to be. */
  readonly hint: string;
}

/** What was copied, in a few words; what may be in the way stands first, where no screen is too narrow for it. */
export function copiedText(text: string, { isWhole, hint }: CopyOutcome): string {
  const [first = ''] = text.split('\n', 1);
  const lines = text.trimEnd().split('\n').length;
  const what = lines > 1 ? counted(lines, 'line') : first;
  const limits = [hint, isWhole ? '' : 'only its beginning, it is too long'].filter((limit) => limit !== '').join('; ');
  return `copied${limits === '' ? '' : ` (${limits})`}: ${what}`;
}
