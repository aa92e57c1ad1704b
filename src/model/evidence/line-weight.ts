import { isBoilerplate } from './exit-boilerplate.ts';
import { type LogLevel, levelOf } from './log-level.ts';

/** How much a line tells of an end. */
export interface Weight {
  /** 2: an error by its own word; 1: something went wrong; 0: anything else. */
  readonly weight: 0 | 1 | 2;
  /** Does it call itself a warning, or say that the program tries again? Then it is less sure to be why it ended. */
  readonly isPassing: boolean;
  /** Does it call itself an information, or less, does it belong to an access log, or is it glad? */
  readonly isQuiet: boolean;
  /** Does it name itself the end of the program: fatal, panic? */
  readonly isEnd: boolean;
}

/** A line that calls itself an error. */
const ERROR =
  /\b(?:\w{0,100}(?:Error|Exception)|ERROR|error|FATAL|fatal|CRITICAL|panic(?:ked)?|Caused by)\b|^\*\* \([A-Z][\w.]{1,100}\) /;
/** What is the end of a program and does not call itself an error: of the JVM, the C library, the BEAM, the host of .NET. */
const GRAVE_FORM =
  /^#\s{1,3}(?:SIG[A-Z]{2,8} \(0x|EXCEPTION_\w{1,40} \(0x|Internal Error \(|Native memory allocation \(|Out of Memory Error \()|^(?:free|malloc|realloc|calloc|memalign|munmap_chunk|malloc_consolidate)\(\): |^(?:double free or corruption|corrupted (?:size|double-linked list))\b|^\*{3} .{1,80} \*{3}: terminated$|^(?:Kernel pid terminated|Runtime terminating during boot|init terminating in do_boot) \(|^You must install or update \.NET to run this application\.|^\s{0,8}exception (?:exit|error|throw): /;
/** What only announces the next lines, or points to a file. */
const BANNER = /^# A fatal error has been detected by the Java Runtime Environment:$/;
/** A line of an access log: what was answered to somebody is not what the program died of. */
const ACCESS =
  /"(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) [^"]{1,500}?(?: HTTP\/[\d.]{1,3})?" \d{3}\b|^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) \S{1,500} \d{3}\b/;
/** Words for errors that there were not, and names of options and files with such words in them. */
const NO_ERROR =
  /\b(?:no|0|zero|without(?: any)?) (?:errors?|failures?|exceptions?|failed)\b|\b(?:errors?|err|failed|failures?|exceptions?)["']?[=:] ?["']?(?:0|nil|null|none|false|<nil>|ok)(?:["',;)\]}]|\s|$)|-XX:\S{1,200}|(?<!\S)\S{0,200}\berrors?\.(?:log|txt|html?|json)\b/gi;
/** It says itself that it goes on. */
const RETRIES =
  /\b(?:retrying|will (?:retry|try again|reconnect)|trying again|reconnecting|retry (?:in|after) \d|next (?:attempt|retry) in|sleeping \d)\b/i;
/** What a tool around the program adds when it has failed. */
const WRAPPER = /^npm (?:ERR!|error)|^error: script ".{0,60}" exited|^error Command failed/;
/** A line that tells of something that went wrong, or names an errno. */
const HINT =
  /\b(?:fail(?:ed|s|ure)?|cannot|can't|could(?: not|n't)|unable|denied|refused|rejected|not found|no such|not ready|invalid|missing|unreachable|unavailable|timed? ?out|corrupt(?:ed|ion)?|exhausted|exceeded|abort(?:ed|ing)?|giving up|no space left|already in use|not permitted|read-only file ?system|expired|unauthori[sz]ed|forbidden|unsupported|incompatible|out of memory)\b/i;
const HINT_OF_STATE =
  /\b(?:(?:is|are|was|be) not (?:an?|empty|set|valid|allowed|available)|not (?:set|provided|defined|configured|recogni[sz]ed|supported|specified|installed|empty)|unset|unbound|unknown|unrecogni[sz]ed|unexpected|mismatch|does(?: not|n't) (?:exist|match)|already exists|(?:must|has to) (?:be|not|have)|too (?:low|small|large|many|long|old|big|short)|insufficient|illegal|wrong)\b/i;
const ERRNO = /\bE[A-Z]{4,}\b/;
/** What ends a program by its name, however much it says until it is down. */
const END = /\b(?:FATAL|fatal|panic|PANIC)\b/;
/** Good news, which is never why a program ended. */
const GLAD =
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
    isQuiet: level === 'quiet' || ACCESS.test(text) || (weight === 0 && GLAD.test(text)),
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

/** Does a line neither tell anything itself nor part the errors around it? */
export function isBetween(text: string): boolean {
  return isAdvice(text) || isBoilerplate(text);
}
