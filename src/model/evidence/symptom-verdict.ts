import { shorten } from '../../text/truncate.ts';
import type { CauseFacts, Verdict } from '../cause.ts';
import { endEvidence } from './end-evidence.ts';
import { describePod, logsOfDead } from './kubectl-hints.ts';
import { codeOf } from './self-exit.ts';
import { type SymptomKind, symptomOf } from './symptom.ts';

/**
 * The verdict of a rule that goes by what the program said.
 * @param wordsFor what the line, or else what stands around it, says in short ("cannot reach db:5432"); null to quote the line.
 * @param next commands beyond the log and the description of the pod; they come first.
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
    // What a program says is its own account, and it may have gone on after an error.
    confidence: isLast && !isPassing ? 'likely' : 'possible',
    evidence: isLast ? evidence : [quote, ...evidence.filter((fact) => fact !== quote)],
    next: [...next, logsOfDead(facts), describePod(facts)],
  };
}
