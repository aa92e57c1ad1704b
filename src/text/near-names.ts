import { distance } from 'fastest-levenshtein';

// With a larger share of mistakes it is another word.
const MAX_MISTAKE_RATIO = 0.34;
const SHOWN = 3;

/**
 * Suggests at most three names for a mistyped `wanted`, nearest first. Names that start with it
 * count as exact.
 */
export function nearNames(wanted: string, names: Iterable<string>): string[] {
  const typed = wanted.toLowerCase();
  const most = Math.max(1, Math.floor(typed.length * MAX_MISTAKE_RATIO));
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
