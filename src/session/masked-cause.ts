import type { Cause } from '../model/cause.ts';
import { maskText } from '../recording/redaction/mask.ts';

/**
 * The cause in the form that may leave the terminal (a build log, a file, another program): likely
 * secrets are masked.
 */
export function maskedCause(cause: Cause | null): Cause | null {
  if (cause === null) return null;
  const { summary, evidence, next } = cause;
  return {
    ...cause,
    summary: maskText(summary),
    evidence: evidence.map(maskText),
    next: next.map(maskText),
  };
}
