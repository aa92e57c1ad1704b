import { headlineAt } from './headline.ts';

/** Spring Boot's report on why it could not start (LoggingFailureAnalysisReporter). */
export interface FailureAnalysis {
  readonly text: string;
  /** The index of the description's first line. */
  readonly index: number;
  /** The index of the first line after the report. */
  readonly end: number;
}

const WITHIN = 6;
const ACTION_LINES = 20;

/** The report that begins on that line with its banner, without its advice; null if none does. */
export function failureAnalysisAt(lines: readonly string[], index: number): FailureAnalysis | null {
  if (lines[index]?.trim() !== 'APPLICATION FAILED TO START') return null;
  const heading = lines.findIndex((line, i) => i > index && i <= index + WITHIN && line.trim() === 'Description:');
  const begin = heading < 0 ? -1 : lines.findIndex((line, i) => i > heading && line.trim() !== '');
  if (begin < 0) return null;
  const action = lines.findIndex((line, i) => i > begin && line.trim() === 'Action:');
  const end = action < 0 ? lines.length : action;
  const description = lines.slice(0, end);
  const first = headlineAt(description, begin);
  const reason = description.findIndex((line, i) => i >= first.end && /^\s*Reason: /.test(line));
  const text = reason < 0 || !/:$/.test(first.text) ? first.text : `${first.text} ${description[reason]?.trim()}`;
  return { text, index: begin, end: action < 0 ? first.end : afterAction(lines, action) };
}

// The advice ends with the report, followed by a blank line and the next message.
function afterAction(lines: readonly string[], action: number): number {
  let end = action + 1;
  while (end < lines.length && end <= action + ACTION_LINES && /^\s*$|^\s|^[A-Z][^[\]]*$/.test(lines[end] as string)) end++;
  return end;
}
