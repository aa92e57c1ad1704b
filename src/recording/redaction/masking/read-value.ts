/** The range of a value in a text. `end` is exclusive; quotes are not included. */
export interface Value {
  readonly start: number;
  readonly end: number;
  readonly isQuoted: boolean;
  /**
   * The end of the word that follows the closing quote: to a shell, 'x'y is one word. Equals `end`
   * without one.
   */
  readonly gluedEnd: number;
}

// The maximum length of a quoted value: the longest, a private key, has a fifth of it.
const MOST = 16_384;
// The part of an unquoted value that is classified; a secret then extends to the next space
// (wholeWordEnd).
const MAX_UNQUOTED = 256;
// b'x', r"x", Some("x"), SecretStr('x'): prefixes of quotes in dumps of other languages.
const BEFORE_QUOTE = /(?:(?:[A-Z]\w{0,40}(?:::\w{1,20})?|some|just|new [A-Z]\w{0,40})\(|[bru@$f]{1,2})(?=["'`])/y;
const WORD = /\w{1,256}/y;
const BEHIND_QUOTE = /["'`](?=$|[\s,;:)}\]>|/\\&])/y;
const NEXT_PAIR = /[&;,](?:amp;)?[ \t]{0,8}["']?[\w.%-]{1,40}["']?[ \t]{0,2}[=:]/y;
const SPACE = /\s/;

/**
 * The value that starts at `at`.
 * @param isQuery in the query of a URL, or a form.
 */
export function readValue(text: string, at: number, isQuery: boolean): Value {
  BEFORE_QUOTE.lastIndex = at;
  const start = at + (BEFORE_QUOTE.exec(text)?.[0].length ?? 0);
  const quote = text[start];
  if (quote === '"' || quote === "'" || quote === '`') return quoted(text, start, quote);
  const end = unquotedEnd(text, at, isQuery);
  return { start: at, end, isQuoted: false, gluedEnd: end };
}

function quoted(text: string, at: number, quote: string): Value {
  const start = at + 1;
  const most = Math.min(text.length, start + MOST);
  let lineEnd = -1;
  for (let i = start; i < most; i++) {
    const char = text[i];
    if (char === '\\') i++;
    else if (char === '\n' && lineEnd === -1) lineEnd = i;
    else if (char === quote) {
      if (lineEnd !== -1 && !endsAt(text, i)) break;
      WORD.lastIndex = i + 1;
      const more = WORD.exec(text)?.[0].length ?? 0;
      return { start, end: i, isQuoted: true, gluedEnd: more > 0 ? i + 1 + more : i };
    }
  }
  const end = lineEnd === -1 ? most : lineEnd;
  return { start, end, isQuoted: true, gluedEnd: end };
}

function endsAt(text: string, quote: number): boolean {
  BEHIND_QUOTE.lastIndex = quote;
  return BEHIND_QUOTE.test(text);
}

function unquotedEnd(text: string, at: number, isQuery: boolean): number {
  const most = Math.min(text.length, at + MAX_UNQUOTED);
  let depth = 0;
  let i = at;
  for (; i < most; i++) {
    const char = text[i] as string;
    if (SPACE.test(char)) break;
    if ('([{'.includes(char)) depth++;
    else if (')]}'.includes(char)) {
      if (depth === 0 && isEdge(text[i + 1])) break;
      depth = Math.max(0, depth - 1);
    } else if (char === '"' || char === "'" || char === '`') {
      if (endsAt(text, i)) break;
    } else if (char === '<' && i > at) break;
    else if (isQuery && (char === '&' || char === '#')) break;
    else if (char === '&' || char === ';' || char === ',') {
      if (isEdge(text[i + 1]) || isNextPair(text, i)) break;
    }
  }
  return i < most || most === text.length ? trimmed(text, at, i) : i;
}

function isEdge(char: string | undefined): boolean {
  return char === undefined || SPACE.test(char) || `,;.:)]}"'\\`.includes(char);
}

function isNextPair(text: string, at: number): boolean {
  NEXT_PAIR.lastIndex = at;
  return NEXT_PAIR.test(text);
}

// Strips the end of a sentence, and the backslash of a quote that follows.
function trimmed(text: string, start: number, end: number): number {
  let last = end;
  while (last > start && text[last - 1] === '\\') last--;
  if (last > start + 1 && '.,;:!?'.includes(text[last - 1] as string)) last--;
  return last;
}

/** The end of a secret value: of an unquoted one, only the start may have been read. */
export function wholeWordEnd(text: string, { start, end, isQuoted }: Value): number {
  if (isQuoted || end - start < MAX_UNQUOTED) return end;
  let to = end;
  while (to < text.length && !SPACE.test(text[to] as string)) to++;
  return to;
}
