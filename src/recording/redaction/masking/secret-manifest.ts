import type { Span } from './span.ts';

/** Finds the values of a printed Kubernetes Secret: all of them, whatever their keys. */

const IS_SECRET = /(?<!\w)kind["']?[ \t]{0,8}:[ \t]{0,8}["']?Secret\b/;
const DATA = /(?<![\w.-])["']?(?:data|stringData)["']?[ \t]{0,8}:[ \t]{0,8}(?<open>\{|(?=\r?\n))/g;
const PAIR = /["'][\w.-]{1,253}["'][ \t]{0,8}:[ \t]{0,8}(?<value>"(?:[^"\\]|\\.)+"?|'[^']+'?)/g;
const ENTRY = /\r?\n(?<indent>[ \t]{1,64})["']?[\w.-]{1,253}["']?:[ \t]{0,8}(?<value>[^\r\n]*)/y;

/** The spans of the values of Secrets in a text. */
export function* manifestSecrets(text: string): Generator<Span> {
  if (!IS_SECRET.test(text)) return;
  let behind = 0;
  for (const data of text.matchAll(DATA)) {
    const at = data.index + data[0].length;
    if (at < behind) continue;
    if (data.groups?.open === '{') {
      const close = text.indexOf('}', at);
      behind = close === -1 ? text.length : close;
      yield* pairs(text.slice(at, behind), at);
    } else yield* entries(text, at);
  }
}

function* pairs(text: string, at: number): Generator<Span> {
  for (const pair of text.matchAll(PAIR)) {
    const quoted = pair.groups?.value as string;
    const start = at + pair.index + pair[0].length - quoted.length + 1;
    const isClosed = quoted.length > 1 && quoted.endsWith(quoted[0] as string);
    yield { start, end: start + quoted.length - (isClosed ? 2 : 1), kind: 'Secret data' };
  }
}

function* entries(text: string, from: number): Generator<Span> {
  let indent = '';
  for (let at = from; ; at = ENTRY.lastIndex) {
    ENTRY.lastIndex = at;
    const entry = ENTRY.exec(text);
    if (entry?.groups === undefined) return;
    const { indent: own = '', value = '' } = entry.groups;
    if (indent === '') indent = own;
    if (own !== indent) return;
    const end = at + entry[0].length;
    if (value.trim() !== '' && !/^[|>]/.test(value)) yield { start: end - value.length, end, kind: 'Secret data' };
  }
}
