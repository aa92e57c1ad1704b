import { isBoilerplate } from './exit-boilerplate.ts';
import { type LogLevel, levelOf } from './log-level.ts';

/** How much a line explains an end. */
export interface Weight {
  /** 2: an error, in its own words; 1: a problem; 0: anything else. */
  readonly weight: 0 | 1 | 2;
  /**
   * Does it call itself a warning, or announce a retry? Then it is less certain to be the reason.
   */
  readonly isPassing: boolean;
  /** Is it at info level or below, part of an access log, or good news? */
  readonly isQuiet: boolean;
  /** Does it call itself the end of the program: fatal, panic? */
  readonly isEnd: boolean;
}

/** A line that calls itself an error. */
const ERROR =
  /\b(?:\w{0,100}(?:Error|Exception)|ERROR|error|FATAL|fatal|CRITICAL|panic(?:ked)?|Caused by)\b|^\*\* \([A-Z][\w.]{1,100}\) /;
/** Ends a program without calling itself an error: JVM, C library, BEAM, .NET host. */
const GRAVE_FORM =
  /^#\s{1,3}(?:SIG[A-Z]{2,8} \(0x|EXCEPTION_\w{1,40} \(0x|Internal Error \(|Native memory allocation \(|Out of Memory Error \()|^(?:free|malloc|realloc|calloc|memalign|munmap_chunk|malloc_consolidate)\(\): |^(?:double free or corruption|corrupted (?:size|double-linked list))\b|^\*{3} .{1,80} \*{3}: terminated$|^(?:Kernel pid terminated|Runtime terminating during boot|init terminating in do_boot) \(|^You must install or update \.NET to run this application\.|^\s{0,8}exception (?:exit|error|throw): /;
/** Only announces the next lines, or points to a file. */
const BANNER = /^# A fatal error has been detected by the Java Runtime Environment:$/;
/** A line of an access log: an answer to a client does not end a program. */
const ACCESS =
  /"(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) [^"]{1,500}?(?: HTTP\/[\d.]{1,3})?" \d{3}\b|^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) \S{1,500} \d{3}\b/;
/** Words for errors that did not happen, and names of options and files that contain such words. */
const NO_ERROR =
  /\b(?:no|0|zero|without(?: any)?) (?:errors?|failures?|exceptions?|failed)\b|\b(?:errors?|err|failed|failures?|exceptions?)["']?[=:] ?["']?(?:0|nil|null|none|false|<nil>|ok)(?:["',;)\]}]|\s|$)|-XX:\S{1,200}|(?<!\S)\S{0,200}\berrors?\.(?:log|txt|html?|json)\b/gi;
/** Announces a retry. */
const RETRIES =
  /\b(?:retrying|will (?:retry|try again|reconnect)|trying again|reconnecting|retry (?:in|after) \d|next (?:attempt|retry) in|sleeping \d)\b/i;
/** Added by a tool around the program after it failed. */
const WRAPPER = /^npm (?:ERR!|error)|^error: script ".{0,60}" exited|^error Command failed/;
/** Reports a problem, or names an errno. */
const HINT =
  /\b(?:fail(?:ed|s|ure)?|cannot|can't|could(?: not|n't)|unable|denied|refused|rejected|not found|no such|not ready|invalid|missing|unreachable|unavailable|timed? ?out|corrupt(?:ed|ion)?|exhausted|exceeded|abort(?:ed|ing)?|giving up|no space left|already in use|not permitted|read-only file ?system|expired|unauthori[sz]ed|forbidden|unsupported|incompatible|out of memory)\b/i;
const HINT_OF_STATE =
  /\b(?:(?:is|are|was|be) not (?:an?|empty|set|valid|allowed|available)|not (?:set|provided|defined|configured|recogni[sz]ed|supported|specified|installed|empty)|unset|unbound|unknown|unrecogni[sz]ed|unexpected|mismatch|does(?: not|n't) (?:exist|match)|already exists|(?:must|has to) (?:be|not|have)|too (?:low|small|large|many|long|old|big|short)|insufficient|illegal|wrong)\b/i;
const ERRNO = /\bE[A-Z]{4,}\b/;
/** Calls itself the end of the program, however much follows until it is down. */
const END = /\b(?:FATAL|fatal|panic|PANIC)\b/;
/** Good news never explains an end. */
const GOOD_NEWS =
  /\b(?:listening|started|serving|synced|connected|warmed|initiali[sz]ed|loaded|completed|succeeded|successful(?:ly)?|healthy|ready|finished|done|running)\b/i;

/** The weight of a line of plain text. */
export function weightOf(line: string): Weight {
  return weightAt(line, levelOf(line));
}

/** The weight of a message whose level is known. */
export function weightAt(text: string, level: LogLevel): Weight {
  const weight = heavy(text, level);
  return {
    weight,
    isPassing: level === 'warning' || RETRIES.test(text),
    isQuiet: level === 'quiet' || ACCESS.test(text) || (weight === 0 && GOOD_NEWS.test(text)),
    isEnd: weight === 2 && END.test(text),
  };
}

function heavy(text: string, level: LogLevel): 0 | 1 | 2 {
  if (GRAVE_FORM.test(text)) return 2;
  if (level === 'quiet' || BANNER.test(text) || ACCESS.test(text)) return 0;
  if (level === 'error') return 2;
  const plain = text.replaceAll(NO_ERROR, ' ');
  if (ERROR.test(plain) && !WRAPPER.test(plain)) return level === 'warning' ? 1 : 2;
  return ERROR.test(plain) || HINT.test(plain) || HINT_OF_STATE.test(plain) || ERRNO.test(plain) ? 1 : 0;
}

const ADVICE =
  /^(?:InnoDB: )?(?:HINT|hint|Hint|DETAIL|note|help|tip|Run|Try|See|Please|Consider|Check|If you|You can|You need|Learn more|For (?:more|further)|Did you mean|\(Did you mean|Potential solutions)\b/;

/** Is it advice on what a line before it says? */
export function isAdvice(text: string): boolean {
  return ADVICE.test(text);
}

/** Does a line neither say anything itself nor separate the errors around it? */
export function isBetween(text: string): boolean {
  return isAdvice(text) || isBoilerplate(text);
}
