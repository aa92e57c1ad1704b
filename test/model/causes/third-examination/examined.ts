import { expect, it } from 'vitest';
import type { CauseId } from '../../../../src/model/cause.ts';
import { causeOf } from '../../../../src/model/causes/index.ts';
import { backingOff, ended, factsOf } from '../given-facts.ts';

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
