import type { SourceInfo } from '../timeline/envelope.ts';

/** What is watched: "all namespaces", "namespace shop, -l app=web". */
export function scopeText(source: SourceInfo): string {
  const { namespaces, selector } = source;
  const where =
    namespaces === null
      ? 'all namespaces'
      : namespaces.length === 1
        ? `namespace ${namespaces[0]}`
        : `${namespaces.length} namespaces`;
  return selector === null || selector === '' ? where : `${where}, -l ${selector}`;
}
