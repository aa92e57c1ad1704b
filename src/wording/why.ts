import type { Entry } from '../diagnosis/entry.ts';

/** Why, in a few words: the cause's summary, else the kind of trouble; '' without trouble. */
export function whyText(entry: Entry): string {
  if (entry.cause !== null && entry.trouble !== null) return entry.cause.summary;
  return entry.trouble === null ? '' : `${entry.trouble.kind}, no details known`;
}
