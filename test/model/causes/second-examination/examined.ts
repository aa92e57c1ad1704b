import { expect, it } from 'vitest';
import type { CauseId, Confidence } from '../../../../src/model/cause.ts';
import { causeOf } from '../../../../src/model/causes/index.ts';
import { backingOff, ended, factsOf } from '../given-facts.ts';

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
