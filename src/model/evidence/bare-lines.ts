// Only the end of a log matters, and a long line of text need not be read in full. A line of JSON
// cannot be read in part.
const TAIL_READ = 50_000;
const LINES_READ = 200;
const LINE_READ = 1000;
const JSON_READ = 20_000;

/**
 * The kubelet's timestamp, the program's own, or both; not the blanks after it, which mark a stack
 * frame.
 */
const TIMESTAMPS =
  /^(?:\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z| ?[+-]\d\d:?\d\d)?\]?(?:: | |$)|\d\d:\d\d:\d\d[.,]\d{3,6} |\[\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d(?: [A-Z]{3})?\] )+/;
// safe-text.ts makes the ESC of a colour visible; a colour says nothing about the cause.
const COLOURS = /␛\[[0-9;]*m/g;
/**
 * The prefix that process managers add to the lines of their children: PM2, foreman and the like.
 */
const OF_A_CHILD = /^(?:\d{1,4}\|[\w.-]{1,40} {0,40}\| |(?:\d\d:\d\d:\d\d )?(?:[\w-]{1,40}\.\d{1,4}|system) {1,40}\| )/;
/** The sides of a box, as Rich, Terraform and miette draw them. */
const BOX_SIDES = /^ {0,8}[│┃] ?| {0,200}[│┃]$/g;
const BOX_EDGE = /^ {0,8}[╭╷┌┏╰╵└┗├][─━╌ ]{0,200}/;
const OF_AN_EDGE = '─━ ╮┐┓╯┘┛┤';

/**
 * The last 200 lines of a text, without timestamps, colours, the name of the child that wrote them
 * and the box around them. At most 1,000 characters each, 20,000 for JSON.
 */
export function bareLines(text: string): readonly string[] {
  return text.slice(-TAIL_READ).split('\n').slice(-LINES_READ).map(bareLine);
}

function bareLine(line: string): string {
  const plain = line.slice(0, JSON_READ).replaceAll(COLOURS, '').replace(TIMESTAMPS, '').replace(OF_A_CHILD, '');
  const most = plain.startsWith('{') ? JSON_READ : LINE_READ;
  // The cuts may have split a character.
  return withoutBox(plain.slice(0, most)).toWellFormed();
}

function withoutBox(line: string): string {
  if (BOX_EDGE.test(line)) return titleOf(line.replace(BOX_EDGE, ''));
  return /^ {0,8}[│┃]/.test(line) ? line.replaceAll(BOX_SIDES, '').trimEnd() : line;
}

function titleOf(edge: string): string {
  let end = edge.length;
  while (end > 0 && OF_AN_EDGE.includes(edge[end - 1] as string)) end--;
  return edge.slice(0, end);
}

/**
 * The columns that loggers put between the time and the message: level, thread, file. They would
 * crowd out the message.
 */
const COLUMNS: readonly RegExp[] = [
  // klog, also its structured form.
  /^[IWEF]\d{4} \d\d:\d\d:\d\d\.\d{1,9} {1,8}\d{1,8} [\w./-]{1,100}:\d{1,6}\] /,
  // MySQL and its entry point.
  /^\d{1,6} \[(?:ERROR|Warning|System|Note)\] (?:\[MY-\d{6}\] )?(?:\[\w{1,20}\] )?|^\[(?:ERROR|Warn|Note)\] \[Entrypoint\]: /,
  // Spring Boot.
  /^ {0,2}[A-Z]{4,5} {1,2}\d{1,8} --- (?:\[[^\]]{0,80}\] ?){1,3}[\w.$[\]/-]{1,80} {0,60}: /,
  // Elasticsearch, logback, gunicorn, nginx, envoy.
  /^\[[A-Z]{4,8} ?\]\[[^\]]{1,80}\] (?:\[[^\]]{1,80}\] )?/,
  /^\[[^\]]{1,80}\] [A-Z]{4,5} {1,2}[\w.$]{1,120} (?:--?|:) /,
  /^\[\d{1,8}\] \[[A-Z]{4,8}\] /,
  /^\[(?:emerg|alert|crit|error|warn|notice|info)\] \d{1,8}#\d{1,8}: (?:\*\d{1,12} )?/,
  /^\[\d{1,8}\]\[[a-z]{4,8}\]\[[\w ]{1,40}\] (?:\[[\w./-]{1,100}:\d{1,6}\] )?/,
  // Redis, PostgreSQL, the logger of Ruby, mongod before 4.4.
  /^\d{1,8}:[A-Z] \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d\.\d{3} [#*.-] /,
  // The logger of Erlang.
  /^\[[a-z]{4,9}\] <\d{1,5}\.\d{1,9}\.\d{1,5}> /,
  /^(?:UTC|GMT) \[\d{1,8}\] /,
  /^[DIWEFA], \[[^\]]{1,80}\] {1,4}[A-Z]{4,5} -- [^:]{0,60}: /,
  /^[DIWEF][1-5]? {1,3}(?:[A-Z_]{1,12}|-) {1,12}\[[^\]]{1,60}\] /,
  // NestJS: [Nest] 1  - 11/22/2026, 3:00:01 PM   ERROR [ExceptionHandler]
  /^\[Nest\] \d{1,8} {1,4}- [\d/]{6,10}, [\d:]{4,8}(?: [AP]M)? {1,6}[A-Z]{3,7} (?:\[[\w ]{1,60}\] )?/,
];

/** A line without its logger's columns before the message; '' if there is no message. */
export function messageOf(line: string): string {
  const padded = `${line} `;
  for (const columns of COLUMNS) {
    const found = columns.exec(padded);
    if (found !== null) return padded.slice(found[0].length).trim();
  }
  return line;
}
