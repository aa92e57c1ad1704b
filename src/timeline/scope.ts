/** What a list, a watch or a gap is of, as a key: a kind in a namespace, or everywhere (null). */
export function scopeOf(kind: string, namespace: string | null): string {
  return `${kind} ${namespace ?? ''}`;
}
