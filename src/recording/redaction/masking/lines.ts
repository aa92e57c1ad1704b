// Maximum line length to search: an endless line would be searched for each of its names.
const LONG_LINE = 4096;

/** The end of the line at `from`, without its newline. */
export function endOfLine(text: string, from: number): number {
  const newline = text.slice(from, from + LONG_LINE).indexOf('\n');
  return newline === -1 ? Math.min(text.length, from + LONG_LINE) : from + newline;
}

/** The start of the line at `at`. */
export function startOfLine(text: string, at: number): number {
  const from = Math.max(0, at - LONG_LINE);
  return from + text.slice(from, at).lastIndexOf('\n') + 1;
}
