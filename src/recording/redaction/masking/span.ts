/** What a masked text was, in the words of `crashtop redact`. */
export type SecretKind =
  | 'password'
  | 'token'
  | 'key'
  | 'private key'
  | 'credentials in a URL'
  | 'cookie'
  | 'password hash'
  | 'Secret data';

/** A part of a text that is a secret. `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly kind: SecretKind;
}

/** What stands for a secret, in every file that crashtop has ever written. */
export const MASKED = '[redacted]';

/** The spans in their order, those that touch or overlap as one. The first kind that was found counts. */
export function merged(spans: readonly Span[]): Span[] {
  const all: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = all.at(-1);
    if (last === undefined || span.start > last.end) all.push(span);
    else if (span.end > last.end) all[all.length - 1] = { ...last, end: span.end };
  }
  return all;
}

/** At how many places of a text a secret was masked. */
export function countMasked(text: string): number {
  let count = 0;
  for (let at = text.indexOf(MASKED); at !== -1; at = text.indexOf(MASKED, at + MASKED.length)) count++;
  return count;
}
