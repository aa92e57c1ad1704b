import { shorten } from '../../text/truncate.ts';
import type { CauseFacts, Verdict } from '../cause.ts';
import { endEvidence } from './end-evidence.ts';
import { describePod, logsOfDead } from './kubectl-hints.ts';
import { codeOf } from './self-exit.ts';
import { type SymptomKind, symptomOf } from './symptom.ts';

/** The manual pages' words on how certain a symptom is. */
export const OWN_ACCOUNT =
  "Likely, because it is the program's own account; possible if that line is a warning or announces a retry, or comes shortly before a last line that only says that it gives up. A run killed for memory or by a probe is never explained by its log.";

/**
 * The verdict of a rule that relies on the program's own words.
 * @param wordsFor a summary of the line or its context ("cannot reach db:5432"); null to quote the
 * line.
 * @param next commands besides the log and the description of the pod; they come first.
 */
export function symptomVerdict(
  facts: CauseFacts,
  kind: SymptomKind,
  wordsFor: (line: string, around: string) => string | null,
  next: readonly (string | null)[] = [],
): Verdict | null {
  const symptom = symptomOf(facts);
  if (symptom?.kind !== kind) return null;
  const { end, line, around, isLast, isPassing } = symptom;
  const evidence = endEvidence(facts, end);
  const quote = `log: "${shorten(line)}"`;
  return {
    summary: `${codeOf(end)}: ${shorten(wordsFor(line, around) ?? line)}`,
    // It is the program's own account, and the program may have gone on after an error.
    confidence: isLast && !isPassing ? 'likely' : 'possible',
    evidence: isLast ? evidence : [quote, ...evidence.filter((fact) => fact !== quote)],
    next: [...next, logsOfDead(facts), describePod(facts)],
  };
}
