/**
 * Remembers the last result for each object: the same object with the same other arguments gives it
 * again. For objects that never change, or whose change another argument tells. Keeps none alive.
 */
export function memoByIdentity<K extends object, A extends readonly unknown[], V>(
  work: (object: K, ...others: A) => V,
): (object: K, ...others: A) => V {
  const known = new WeakMap<K, { readonly others: A; readonly value: V }>();
  return (object, ...others) => {
    const last = known.get(object);
    if (last?.others.every((other, i) => other === others[i])) return last.value;
    const value = work(object, ...others);
    known.set(object, { others, value });
    return value;
  };
}
