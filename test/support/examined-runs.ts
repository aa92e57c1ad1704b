import { expect, it } from 'vitest';
import type { CauseId, Confidence } from '../../src/model/cause.ts';
import { causeOf } from '../../src/model/causes/index.ts';
import { backingOff, ended, factsOf } from './cause-facts.ts';

/** A run that ended by itself, with the log that a real program leaves behind. */
export interface LoggedEnd {
  readonly of: string;
  readonly exitCode: number;
  /** Lines as the program prints them. */
  readonly log: string;
  readonly id: CauseId;
  readonly confidence?: Confidence;
  /** What must be quoted, in summary and evidence: the line that says why. */
  readonly says: string;
}

/** One test per ended run: its cause, how sure, and that the line which says why is the one that is quoted. */
export function examineLogs(ends: readonly LoggedEnd[]): void {
  it.each(ends)('$of', ({ exitCode, log, id, confidence = 'likely', says }) => {
    const cause = causeOf(factsOf({ status: backingOff(ended(exitCode)), logTail: log }));
    expect(cause).toMatchObject({ id, confidence });
    expect(cause?.summary).toContain(says);
  });
}

/** Runs that each left one line behind, of one cause. */
export const ends = (id: CauseId, lines: readonly string[]): LoggedEnd[] =>
  lines.map((log) => ({ of: log, exitCode: 1, log, id, says: 'exit 1: ' }));

/** A run and what it left behind: the lines that the software really prints, and what a person reads in them. */
export interface Told {
  readonly of: string;
  /** 1 if not given. */
  readonly exitCode?: number;
  readonly log?: string;
  /** The termination message. */
  readonly message?: string;
  /** Any of these; app-error or app-panic if not given. */
  readonly id?: readonly CauseId[];
  /** What the summary must say, case ignored. */
  readonly says: readonly string[];
  readonly saysNot?: readonly string[];
}

/** One test per run: its cause, and that the summary tells the reason and nothing that only came after it. */
export function examineTold(runs: readonly Told[]): void {
  it.each(runs)('$of', ({ exitCode = 1, log = '', message, id = ['app-error', 'app-panic'], says, saysNot = [] }) => {
    const end = ended(exitCode, exitCode === 0 ? 'Completed' : 'Error', message === undefined ? {} : { message });
    const cause = causeOf(factsOf({ status: backingOff(end), logTail: log }));
    const summary = cause?.summary.toLowerCase() ?? '';
    for (const words of says) expect(summary).toContain(words.toLowerCase());
    for (const words of saysNot) expect(summary).not.toContain(words.toLowerCase());
    expect(id).toContain(cause?.id);
  });
}
