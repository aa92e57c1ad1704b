/**
 * Caches a function's results for up to `most` words: names of fields and programs recur, and
 * reading one costs more than a lookup.
 */
export function remembered<T>(read: (word: string) => T, most: number): (word: string) => T {
  const known = new Map<string, T>();
  return (word) => {
    const before = known.get(word);
    if (before !== undefined || known.has(word)) return before as T;
    const found = read(word);
    if (known.size >= most) known.clear();
    known.set(word, found);
    return found;
  };
}
