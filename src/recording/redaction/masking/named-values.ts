import { authorization, cookies } from './headers.ts';
import { isSecret, type Style, spansOf } from './is-secret.ts';
import { endOfLine, startOfLine } from './lines.ts';
import { isProse, isRandom, looksMadeUp } from './made-up.ts';
import { readValue, type Value } from './read-value.ts';
import { type SecretName, secretName } from './secret-name.ts';
import type { Span } from './span.ts';

/**
 * Finds values whose name says that they are secret: `name=value`, `name: value`, JSON, YAML,
 * logfmt, properties, XML, dumps of structs and maps, flags, headers, and a name on one line with
 * its value on the next. Reads a text once from start to end, name by name.
 */

const NAME = /[\p{L}_][\p{L}\p{N}_-]*(?:\.[\p{L}\p{N}_-]+)*/gu;
// Lets most names skip the rest.
const STEM =
  /pass|pwd|pw$|psw|secret|token|key|auth|cred|sig|cookie|sess|sid|jwt|bearer|otp|sas|psk|mnemonic|pass|phrase|word|wort|senha|contras|docker|pin|ticket|assertion|id$|code$|пароль|密|パス|비밀/iu;

interface Separator {
  readonly style: Style;
  /** The start of the value. */
  readonly at: number;
  readonly isNextLine: boolean;
}

/** The spans of named secrets. */
export function* namedSecrets(text: string): Generator<Span> {
  // Do not read secrets again: that would take quadratic time.
  let behind = 0;
  for (const match of text.matchAll(NAME)) {
    if (match.index < behind || !STEM.test(match[0])) continue;
    const end = match.index + match[0].replace(/-{1,8}$/, '').length;
    const start = match.index;
    const isQuery = text[start - 1] === '?' || text[start - 1] === '&';
    const name = nameAt(text, start, end, isQuery);
    if (name === null) continue;
    for (const span of valuesOf(text, { start, end, name, isQuery })) {
      behind = Math.max(behind, span.end);
      yield span;
    }
  }
}

interface Named {
  readonly start: number;
  readonly end: number;
  readonly name: SecretName;
  readonly isQuery: boolean;
}

const WORD_BEFORE = /(?:^|[^\w-])(?<word>[A-Za-z]{2,16}) $/;
const QUERY_SECRET = /^(?:code|key|sig|k|hash|hmac|state|sign|ticket)$/i;

function nameAt(text: string, start: number, end: number, isQuery: boolean): SecretName | null {
  const word = text.slice(start, end);
  if (isQuery && QUERY_SECRET.test(word)) return { kind: 'token', is: 'likely', words: [word.toLowerCase()] };
  if (!/^(?:keys?|id|word|phrase)$/i.test(word)) return secretName(word);
  // "API Key", "session id": in prose the words of a name are separate.
  const before = WORD_BEFORE.exec(text.slice(Math.max(0, start - 20), start))?.groups?.word;
  return before === undefined ? null : secretName(`${before} ${word}`);
}

function* valuesOf(text: string, named: Named): Generator<Span> {
  const { start, end, name } = named;
  const element = elementValue(text, named);
  if (element !== null) {
    if (isSecret(text, element, name, 'assigned')) yield* spansOf(text, element, name.kind);
    return;
  }
  const separator = separatorAt(text, start, end);
  if (separator === null) {
    yield* withoutSeparator(text, named);
    return;
  }
  const header = authorization(text, start, separator.at);
  if (header !== undefined) {
    if (header !== null) yield { ...header, kind: 'token' };
    return;
  }
  if (name.kind === 'cookie') {
    yield* cookies(text, separator.at);
    return;
  }
  yield* assigned(text, named, separator);
}

// ---- separators

const COLON_NUMBER = /[ \t]\d{1,2}(?=:)/y;

function separatorAt(text: string, start: number, end: number): Separator | null {
  let at = end;
  COLON_NUMBER.lastIndex = at;
  at += COLON_NUMBER.exec(text)?.[0].length ?? 0;
  const quote = text[start - 1] ?? '';
  const isQuoted = `"'\``.includes(quote) && quote !== '' && text[at] === quote;
  if (isQuoted) at++;
  if (text[at] === ']') at++;
  const close = at;
  while ((text[at] === ' ' || text[at] === '\t') && at < close + 40) at++;
  const isSpaced = at > close;
  if (text[at] === '.' && text[at + 1] === '.' && text[at + 2] === '.') {
    while (text[at] === '.') at++;
    return toValue(text, at, 'assigned');
  }
  if (text[at] === '=') {
    if (text[at + 1] === '=' || text[at + 1] === '~') return null;
    at += text[at + 1] === '>' ? 2 : 1;
    return toValue(text, at, 'assigned');
  }
  if (text[at] === ':' && text[at + 1] === '=') return toValue(text, at + 2, 'assigned');
  if (text[at] !== ':' || text[at + 1] === ':') return null;
  if (isSpaced && !isQuoted && !SPACE.test(text[at + 1] ?? ' ')) return null;
  at++;
  const next = text[at] ?? '';
  if (isQuoted) return toValue(text, at, `"'\`-0123456789[{`.includes(afterSpace(text, at)) ? 'assigned' : 'said');
  if (next === '"' || next === "'" || next === '`') return toValue(text, at, 'assigned');
  return toValue(text, at, next === '' || SPACE.test(next) ? 'said' : 'tight');
}

const SPACE = /\s/;

function afterSpace(text: string, at: number): string {
  let i = at;
  while (i < at + 64 && SPACE.test(text[i] ?? '')) i++;
  return text[i] ?? '';
}

function toValue(text: string, at: number, style: Style): Separator | null {
  let i = at;
  let lines = 0;
  while (i < text.length && i < at + 80 && SPACE.test(text[i] as string)) {
    if (text[i] === '\n') lines++;
    i++;
  }
  if (i >= text.length || lines > 2) return null;
  if (lines === 0) return { style, at: i, isNextLine: false };
  return { style, at: i, isNextLine: true };
}

// ---- values after a separator

function* assigned(text: string, named: Named, separator: Separator): Generator<Span> {
  const { name, isQuery } = named;
  const { at, style, isNextLine } = separator;
  if (text.startsWith('[redacted]', at)) return;
  if (!isNextLine && (text[at] === '|' || text[at] === '>') && name.is === 'surely') {
    const block = blockScalar(text, named.start, at);
    if (block !== null) {
      yield { ...block, kind: name.kind };
      return;
    }
  }
  if (text[at] === '[' || (text[at] === '-' && text[at + 1] === ' ')) {
    yield* listed(text, at, name);
    return;
  }
  // An escaped quote is a real one in the view without one level of escapes (views.ts).
  if (text[at] === '\\' && (text[at + 1] === '"' || text[at + 1] === "'")) return;
  PLACE.lastIndex = at;
  if (PLACE.test(text)) return;
  const value = wholeValue(text, named, separator, readValue(text, at, isQuery));
  if (isNextLine && !standsAlone(text, value)) return;
  if (text[value.end] === '(' || text[value.end] === '[') return;
  if (isSecret(text, value, name, style)) yield* spansOf(text, value, name.kind);
}

// (sensitive value), <your password>: a placeholder in words.
const PLACE = /[(<[{][A-Za-z][A-Za-z ,:*_-]{0,60}[)>\]}](?=$|[\s,;)}\]])/y;

// A value on a line of its own, quoted or made up.
function standsAlone(text: string, value: Value): boolean {
  if (value.isQuoted) return true;
  const rest = text.slice(value.end, endOfLine(text, value.end)).trim();
  return (
    (rest === '' || rest === ',' || rest === '"' || rest === '\\') &&
    looksMadeUp(text.slice(value.start, value.end).replace(/^-\s+/, ''))
  );
}

const NEIGHBOUR = /^[ \t]*(?:- |export )?["']?[A-Za-z_][\w.-]{0,80}["']?[ \t]*(?:=|:(?:\s|$))|^\[[\w.:" -]{1,80}\]$/;

// In YAML, properties and INI a value extends to the end of the line, in a connection string to the
// semicolon.
function wholeValue(text: string, named: Named, { at, style }: Separator, value: Value): Value {
  if (value.isQuoted || style === 'tight') return value;
  const lineEnd = endOfLine(text, value.end);
  if (value.end === lineEnd) return value;
  if (
    text
      .slice(Math.max(0, named.start - 8), named.start)
      .trimEnd()
      .endsWith(';')
  ) {
    const semicolon = text.slice(value.end, Math.min(lineEnd, value.end + 200)).search(/[;"']/);
    return semicolon === -1 ? value : { ...value, end: value.end + semicolon };
  }
  const lineStart = startOfLine(text, named.start);
  if (!/^[ \t]*(?:- |export )?["']?$/.test(text.slice(lineStart, named.start).slice(0, 200))) return value;
  const rest = text.slice(at, Math.min(lineEnd, at + 1024));
  if (/[=:#{}"]/.test(rest) || isProse(rest)) return value;
  if (!isNeighboured(text, lineStart, lineEnd)) return value;
  return { ...value, end: at + rest.trimEnd().length };
}

function isNeighboured(text: string, lineStart: number, lineEnd: number): boolean {
  if (lineStart > 0) {
    const before = text.slice(startOfLine(text, lineStart - 1), lineStart - 1);
    if (NEIGHBOUR.test(before.slice(0, 200))) return true;
  }
  if (lineEnd >= text.length) return false;
  return NEIGHBOUR.test(text.slice(lineEnd + 1, endOfLine(text, lineEnd + 1)).slice(0, 200));
}

const BLOCK = /[|>][+-]?\d?[+-]?[ \t]*(?:#[^\n]{0,200})?\r?\n/y;

// The lines that are indented more than the name's line.
function blockScalar(text: string, nameStart: number, at: number): Pick<Span, 'start' | 'end'> | null {
  BLOCK.lastIndex = at;
  const head = BLOCK.exec(text);
  if (head === null) return null;
  const indent = indentAt(text, startOfLine(text, nameStart));
  let start = -1;
  let end = -1;
  for (let line = at + head[0].length; line < text.length; ) {
    const until = endOfLine(text, line);
    const isBlank = text.slice(line, until).trim() === '';
    if (!isBlank) {
      const own = indentAt(text, line);
      if (own <= indent) break;
      if (start === -1) start = line + own;
      end = until;
    }
    line = until + 1;
  }
  return start === -1 || text.startsWith('[redacted]', start) ? null : { start, end };
}

function indentAt(text: string, line: number): number {
  let i = line;
  while (text[i] === ' ' || text[i] === '\t') i++;
  return i - line;
}

const ELEMENT_END = /[ \t]{0,4}(?:,|\r?\n|(?=["'\]]))[ \t\r\n]{0,40}(?:- )?/y;

// ["a", "b"], [a], and lines that start with a dash.
function* listed(text: string, at: number, name: SecretName): Generator<Span> {
  const isBlock = text[at] === '-';
  let i = at + (isBlock ? 2 : 1);
  for (let count = 0; count < 256 && i < text.length; count++) {
    while (text[i] === ' ' || text[i] === '\n') i++;
    if (text[i] === ']' || text[i] === '\\') return;
    const value = readValue(text, i, false);
    if (value.end <= i && !value.isQuoted) return;
    if (isSecret(text, value, { ...name, is: value.isQuoted ? 'surely' : 'likely' }, 'assigned'))
      yield* spansOf(text, value, name.kind);
    ELEMENT_END.lastIndex = value.end + (value.isQuoted ? 1 : 0);
    const next = ELEMENT_END.exec(text);
    if (next === null || next[0] === '' || (isBlock && !next[0].endsWith('- '))) return;
    i = ELEMENT_END.lastIndex;
  }
}

// ---- names without a separator

const ARGV = /["'`]?[ \t]{0,4},?[ \t\r\n]{1,8}(?=["'`])|["'`],[ \t\r\n]{0,8}(?=["'`])/y;
const GAP = /[ \t]{1,4}(?:\\\r?\n[ \t]{0,16})?|\r?\n[ \t]{0,16}/y;
const NO_FLAG_VALUE =
  /^(?:see|or|and|to|flag|flags|option|options|argument|arguments|requires?|required|needs?|cannot|must|should|may|can|is|was|are|were|has|have|with|from|for|in|on|of|not|no|value|values|but|if|when|use|try|run|instead|given|provided|specified|missing|unknown|defined|takes|expects|set|and\/or|the|a|an|will|does|did|as|at|by|be|it)$/i;
const SAID =
  /[ \t]{1,4}(?:(?:is|was|are|set to|to|of|as|value|equals)[ \t]{1,4}|(?:for|of) [\w.@-]{1,64}[ \t]{1,4}(?:is|was|set to)[ \t]{1,4})?:?[ \t]{0,4}["'`]?(?<word>[^\s"'`]{6,4096})/y;
const PAIR_NAME =
  /(?:^|[^A-Za-z])(?:name|key|property|param|parameter|option|variable|env|header|field|attribute)["']?[ \t]{0,4}(?:=|:|=>)[ \t]{0,4}["']?$|<(?:name|key)>[ \t]{0,4}$/i;
const PAIR_VALUE = /["']?[\s,;]{0,40}["']?(?:value|val|defaultValue|content)["']?[ \t]{0,4}(?:=>|=|:)[ \t]{0,4}/iy;
const ELEMENT_CLOSE = /["'][ \t]{0,4}>|[ \t]{0,4}<\/(?:name|key)>\s{0,40}<(?:value|string)>/y;

function* withoutSeparator(text: string, named: Named): Generator<Span> {
  const { start, end, name } = named;
  const kind = name.kind;
  const before = text.slice(Math.max(0, start - 24), start);
  if (/(?:^|[^\w-])--?$/.test(before)) {
    const value = flagValue(text, end);
    if (value !== null && isSecret(text, value, name, 'assigned')) yield* spansOf(text, value, name.kind);
    return;
  }
  if (PAIR_NAME.test(before)) {
    const value = pairValue(text, end);
    if (value !== null && isSecret(text, value, name, 'assigned')) yield* spansOf(text, value, name.kind);
    return;
  }
  const constant = constantValue(text, start, end);
  if (constant !== null) {
    if (looksMadeUp(text.slice(constant.start, constant.end))) yield* spansOf(text, constant, name.kind);
    return;
  }
  if (kind === 'password') yield* atEndOfSentence(text, end);
  SAID.lastIndex = end;
  const said = SAID.exec(text);
  const word = said?.groups?.word;
  if (said === null || word === undefined) return;
  const value = word.replace(/[.,;:!?)\]}]{1,3}$/, '');
  if (!isToldValue(value, name)) return;
  const at = end + said[0].length - word.length;
  yield { start: at, end: at + value.length, kind };
}

const NEXT_ARGUMENT = /["'][ \t]{0,4},[ \t]{0,4}(?=["'])/y;

// define('AUTH_KEY', 'x'), setProperty("password", "x")
function constantValue(text: string, start: number, end: number): Value | null {
  if (!`"'`.includes(text[start - 1] ?? '-')) return null;
  NEXT_ARGUMENT.lastIndex = end;
  const next = NEXT_ARGUMENT.exec(text);
  return next === null ? null : readValue(text, end + next[0].length, false);
}

const SENTENCE_END = /[ \t](?<between>[^\n:=]{1,80}):\s{1,4}(?<word>[^\s"']{8,256})(?=[ \t]{0,4}(?:\r?\n|$))/y;
const ABOUT_ANOTHER =
  /\b(?:users?|accounts?|roles?|logins?|failed|failure|denied|errors?|invalid|incorrect|wrong|expired|code|id|hosts?|connect\w*|from|file|path|at|error|because)\b/i;

// "A temporary password is generated for root@localhost: x"
function* atEndOfSentence(text: string, end: number): Generator<Span> {
  SENTENCE_END.lastIndex = end;
  const match = SENTENCE_END.exec(text);
  const { between, word } = match?.groups ?? {};
  if (match === null || between === undefined || word === undefined) return;
  if (ABOUT_ANOTHER.test(between) || !looksMadeUp(word) || /[=(<]/.test(word)) return;
  const at = end + match[0].length - word.length;
  yield { start: at, end: at + word.length, kind: 'password' };
}

// In prose, only what cannot be a word, a name or a count.
function isToldValue(value: string, name: SecretName): boolean {
  if (!looksMadeUp(value) || /^[a-z0-9]{0,63}[-/:][a-z0-9./:-]*$/.test(value) || /[=:(<]/.test(value)) return false;
  if (name.is !== 'surely') return false;
  return name.kind === 'password' ? value.length >= 6 : isRandom(value) || value.length >= 20;
}

function flagValue(text: string, end: number): Value | null {
  ARGV.lastIndex = end;
  const argv = ARGV.exec(text);
  if (argv !== null) return readValue(text, end + argv[0].length, false);
  GAP.lastIndex = end;
  const gap = GAP.exec(text);
  if (gap === null) return null;
  const at = end + gap[0].length;
  if (at >= text.length || '-=|&;<>)'.includes(text[at] as string)) return null;
  const value = readValue(text, at, false);
  const word = text.slice(value.start, value.end);
  if (!value.isQuoted && (NO_FLAG_VALUE.test(word) || word.endsWith(':'))) return null;
  if (gap[0].includes('\n') && !gap[0].includes('\\') && !looksMadeUp(word)) return null;
  return value;
}

// name="password" value="x", {"name":"PASSWORD","value":"x"}, <entry key="password">x</entry>
function pairValue(text: string, end: number): Value | null {
  PAIR_VALUE.lastIndex = end;
  const pair = PAIR_VALUE.exec(text);
  if (pair !== null) return readValue(text, end + pair[0].length, false);
  ELEMENT_CLOSE.lastIndex = end;
  const close = ELEMENT_CLOSE.exec(text);
  return close === null ? null : contentAt(text, end + close[0].length);
}

// ---- elements

const ELEMENT = /(?:[ \t][^<>\n]{0,200})?>/y;
const CDATA = '<![CDATA[';

/** The content of <password>…</password>; null if the name is not an element. */
function elementValue(text: string, { start, end }: Named): Value | null {
  const before = text.slice(Math.max(0, start - 40), start);
  if (!/<(?:[\w-]{1,32}:)?$/.test(before)) return null;
  ELEMENT.lastIndex = end;
  const rest = ELEMENT.exec(text);
  return rest === null || rest[0].endsWith('/>') ? null : contentAt(text, end + rest[0].length);
}

function contentAt(text: string, at: number): Value | null {
  let start = at;
  while (start < at + 80 && SPACE.test(text[start] ?? '')) start++;
  if (text.startsWith(CDATA, start)) {
    const close = text.indexOf(']]>', start);
    return { start: start + CDATA.length, end: close === -1 ? text.length : close, isQuoted: true, gluedEnd: 0 };
  }
  const tag = text.indexOf('<', start);
  const hasEnd = tag !== -1 && text[tag + 1] === '/' && tag - start < 16_384;
  if (hasEnd) return { start, end: start + text.slice(start, tag).trimEnd().length, isQuoted: true, gluedEnd: 0 };
  // Truncated: in prose, <password> is followed by a space, a sign or another placeholder.
  if (start !== at || !/[\p{L}\p{N}]/u.test(text[at] ?? '')) return null;
  const value = readValue(text, at, false);
  return value.end === text.length ? value : null;
}
