// Lines are looked at no further than this: a line without end would be searched for each of its names.
const LONG_LINE = 4096;

/** Where the line of `from` ends, its newline not included. */
export function endOfLine(text: string, from: number): number {
  const newline = text.slice(from, from + LONG_LINE).indexOf('\n');
  return newline === -1 ? Math.min(text.length, from + LONG_LINE) : from + newline;
}

/** Where the line of `at` begins. */
export function startOfLine(text: string, at: number): number {
  const from = Math.max(0, at - LONG_LINE);
  return from + text.slice(from, at).lastIndexOf('\n') + 1;
}
