/** The level that a log line gives itself; `none` if it names none. */
export type LogLevel = 'error' | 'warning' | 'quiet' | 'none';

const WORDS = 'trace|debug|info|notice|warn(?:ing)?|error|severe|crit(?:ical)?|alert|emerg|fatal|panic';

// klog: E1122 15:00:01.120000       1 reflector.go:158] ...
const KLOG = /^(?<level>[IWEF])\d{4} \d\d:\d\d:\d\d\.\d+ /;
// mongod before 4.4: F  STORAGE  [initandlisten]
const MONGOD = /^(?<level>[DIWEF])[1-5]? {1,3}(?:[A-Z_]{1,12}|-) {1,12}\[/;
const NAMED = /(?:^|\s)(?:level|lvl|severity)="?(?<level>[a-z]{1,10})\b/i;
// .NET: info: Microsoft.Hosting.Lifetime[14]
const DOT_NET = /^(?<level>trce|dbug|info|warn|fail|crit): \S/;

// May precede a level: times, process and thread numbers, other words in brackets, the name of the
// program.
const PIECES_BEFORE = 6;
// Only one way to read each piece, longest first, so that none is tried twice: ambiguous pieces
// cost n^5 on a line of digits.
const PIECE = /(?:\d[\w:.,#+-]{0,63}|[A-Za-z_][\w.-]{0,39}(?::|(?<=\b(?:UTC|GMT))(?!\w))|---|\[[^\]]{0,60}\])\s{0,80}/y;
const IN_BRACKETS = new RegExp(String.raw`\[(?<level>${WORDS})\s{0,8}\]`, 'iy');
// Capitals only: "error" at the start of a sentence is an ordinary word.
const IN_CAPITALS = new RegExp(String.raw`\[?(?<level>${WORDS.toUpperCase()})\b`, 'y');
// Python's basicConfig puts only a colon after the time: 12:00:00,123:ERROR:root:...
const BEHIND_TIME = new RegExp(String.raw`^\d[\d:.,-]{1,40}:(?<level>${WORDS.toUpperCase()})\b`);

const QUIET: readonly string[] = ['i', 'd', 'trace', 'trce', 'debug', 'dbug', 'info', 'information', 'notice', '10', '20', '30'];
const WARNING: readonly string[] = ['w', 'warn', 'warning', '40'];
const ERROR: readonly string[] = [
  ...['e', 'f', 'error', 'err', 'fail', 'severe', 'crit', 'critical', 'alert', 'emerg', 'emergency', 'fatal', 'panic', 'dpanic'],
  ...['50', '60'],
];

/** The level of a logger's name or number for it: `WARN`, `E`, `50`. */
export function levelNamed(name: unknown): LogLevel {
  const word = String(name).toLowerCase();
  if (QUIET.includes(word)) return 'quiet';
  if (WARNING.includes(word)) return 'warning';
  return ERROR.includes(word) ? 'error' : 'none';
}

/**
 * The level at the beginning of a line of plain text. Linear in the line: reads each of its first
 * pieces once.
 */
export function levelOf(line: string): LogLevel {
  const name = (KLOG.exec(line) ?? MONGOD.exec(line) ?? NAMED.exec(line) ?? leading(line) ?? DOT_NET.exec(line))?.groups?.level;
  return name === undefined ? 'none' : levelNamed(name);
}

/** The match of a level after at most six pieces of a log prefix; null if there is none. */
function leading(line: string): RegExpExecArray | null {
  let from = 0;
  for (let pieces = 0; pieces <= PIECES_BEFORE; pieces++) {
    const found = at(IN_BRACKETS, line, from) ?? at(IN_CAPITALS, line, from);
    if (found !== null) return found;
    const piece = at(PIECE, line, from)?.[0];
    if (piece === undefined) return null;
    const behindTime = BEHIND_TIME.exec(piece);
    if (behindTime !== null) return behindTime;
    from += piece.length;
  }
  return null;
}

function at(sticky: RegExp, line: string, from: number): RegExpExecArray | null {
  sticky.lastIndex = from;
  return sticky.exec(line);
}
