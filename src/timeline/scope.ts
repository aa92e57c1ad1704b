/**
 * The key of the scope of a list, a watch or a gap: a kind in a namespace, or everywhere (null).
 */
export function scopeOf(kind: string, namespace: string | null): string {
  return `${kind} ${namespace ?? ''}`;
}
