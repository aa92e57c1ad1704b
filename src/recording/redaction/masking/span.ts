/** The kind of a masked secret, as `crashtop redact` names it. */
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

/** Replaces a secret in every file that crashtop writes. */
export const MASKED = '[redacted]';

/** Sorts spans, and joins those that touch or overlap. The first kind found wins. */
export function merged(spans: readonly Span[]): Span[] {
  const all: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = all.at(-1);
    if (last === undefined || span.start > last.end) all.push(span);
    else if (span.end > last.end) all[all.length - 1] = { ...last, end: span.end };
  }
  return all;
}

/** Counts the masked secrets in a text. */
export function countMasked(text: string): number {
  let count = 0;
  for (let at = text.indexOf(MASKED); at !== -1; at = text.indexOf(MASKED, at + MASKED.length)) count++;
  return count;
}
