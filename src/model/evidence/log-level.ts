/** How grave a line of a log calls itself; `none` where it names no level. */
export type LogLevel = 'error' | 'warning' | 'quiet' | 'none';

// What stands before a level: times, process and thread numbers, other words in brackets, the name of the program.
const LEAD = String.raw`^(?:(?:UTC|GMT|---|[\w.-]{1,40}:|\d[\w:.,#+-]{0,40}:?|\[[^\]]{0,60}\])\s*){0,6}`;
const WORDS = 'trace|debug|info|notice|warn(?:ing)?|error|severe|crit(?:ical)?|alert|emerg|fatal|panic';
const WORDS_IN_CAPITALS = WORDS.toUpperCase();

const FORMS: readonly RegExp[] = [
  // klog: E1122 15:00:01.120000       1 reflector.go:158] ...
  /^(?<level>[IWEF])\d{4} \d\d:\d\d:\d\d\.\d+ /,
  /(?:^|\s)(?:level|lvl|severity)="?(?<level>[a-z]{1,10})\b/i,
  new RegExp(String.raw`${LEAD}\[(?<level>${WORDS})\s*\]`, 'i'),
  // Capitals only: "error" at the start of a sentence is a word like any other.
  new RegExp(String.raw`${LEAD}\[?(?<level>${WORDS_IN_CAPITALS})\b`),
  // .NET: info: Microsoft.Hosting.Lifetime[14]
  /^(?<level>trce|dbug|info|warn|fail|crit): \S/,
];

const QUIET: readonly string[] = ['i', 'd', 'trace', 'trce', 'debug', 'dbug', 'info', 'information', 'notice', '10', '20', '30'];
const WARNING: readonly string[] = ['w', 'warn', 'warning', '40'];
const ERROR: readonly string[] = [
  ...['e', 'f', 'error', 'err', 'fail', 'severe', 'crit', 'critical', 'alert', 'emerg', 'emergency', 'fatal', 'panic', 'dpanic'],
  ...['50', '60'],
];

/** The level that a name or a number stands for, as loggers write it: `WARN`, `E`, `50`. */
export function levelNamed(name: unknown): LogLevel {
  const word = String(name).toLowerCase();
  if (QUIET.includes(word)) return 'quiet';
  if (WARNING.includes(word)) return 'warning';
  return ERROR.includes(word) ? 'error' : 'none';
}

/** The level that a line of plain text gives itself at its beginning. */
export function levelOf(line: string): LogLevel {
  for (const form of FORMS) {
    const name = form.exec(line)?.groups?.level;
    if (name !== undefined) return levelNamed(name);
  }
  return 'none';
}
