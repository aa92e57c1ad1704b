import { distance } from 'fastest-levenshtein';

// More mistakes than that make another word.
const MOST_MISTAKES = 0.34;
const SHOWN = 3;

/** At most three of the names that somebody who typed `wanted` may have meant, the nearest first; those that begin so count. */
export function nearNames(wanted: string, names: Iterable<string>): string[] {
  const typed = wanted.toLowerCase();
  const most = Math.max(1, Math.floor(typed.length * MOST_MISTAKES));
  const near: { name: string; mistakes: number }[] = [];
  for (const name of new Set(names)) {
    const begins = typed.length >= 3 && name.toLowerCase().startsWith(typed);
    const mistakes = begins ? 0 : distance(typed, name.toLowerCase());
    if (mistakes <= most) near.push({ name, mistakes });
  }
  return near
    .sort((a, b) => a.mistakes - b.mistakes || (a.name < b.name ? -1 : 1))
    .slice(0, SHOWN)
    .map(({ name }) => name);
}
