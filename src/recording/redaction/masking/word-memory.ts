/**
 * The function, with what it said of the newest words: names of fields and programs come again and again, and to read one costs more
 * than to look it up. Holds `most` words.
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
