/** One line that a container printed. */
export interface LogLine {
  /** The kubelet's time stamp as a time of the day in UTC, `18:04:22.123`; '' where the line has none. */
  readonly time: string;
  readonly text: string;
}

// What `timestamps=true` puts before each line.
const STAMP = /^\d{4}-\d\d-\d\dT(\d\d:\d\d:\d\d(?:\.\d{1,3})?)\d*(?:Z|[+-]\d\d:\d\d) ?/;

/** The lines of a log, without the empty one behind its last line feed. */
export function logLines(log: string): LogLine[] {
  if (log === '') return [];
  const lines = (log.endsWith('\n') ? log.slice(0, -1) : log).split('\n');
  return lines.map((line) => {
    const stamp = STAMP.exec(line);
    return stamp === null ? { time: '', text: line } : { time: stamp[1] as string, text: line.slice(stamp[0].length) };
  });
}

const TELLING =
  /\b(?:error|err|fatal|panic|panicked|exception|fail(?:ed|ure)?|refused|denied|cannot|can't|unable|not found|no such|invalid|missing|timed? ?out|timeout|unreachable|out of memory|oom|killed|abort(?:ed)?|segfault)\b|[a-z](?:Error|Exception)\b/i;

/**
 * Which line tells most of why the run died: the last that speaks of a failure, else the last with anything on it; -1 where
 * there is none. The last, because what is fatal is said last.
 */
export function tellingLine(lines: readonly LogLine[]): number {
  const spoken = lines.findLastIndex(({ text }) => TELLING.test(text));
  return spoken >= 0 ? spoken : lines.findLastIndex(({ text }) => text.trim() !== '');
}
