import type { MissingPermission } from '../timeline/envelope.ts';

// As the API server says it, and in its short form (sources/kubernetes/permissions.ts).
const FORBIDDEN = /\bforbidden\b|\bmay not\b/;

function hiddenParts(what: string, hidden: readonly MissingPermission[], lost: readonly string[]): string[] {
  const namespaces = new Set(hidden.flatMap(({ namespace }) => namespace ?? []));
  const isEverywhere = hidden.some(({ namespace }) => namespace === null);
  if (isEverywhere && what !== 'pods') return [what];
  // Some pods are visible, or there would be no screen: those that cannot be listed cluster-wide
  // are in other namespaces.
  const others = isEverywhere ? [`pods of ${lostNamespaces(lost)}other namespaces`] : [];
  if (namespaces.size > 2) return [...others, `${what} in ${namespaces.size} namespaces`];
  return [...others, ...[...namespaces].map((namespace) => `${what} in ${namespace}`)];
}

function lostNamespaces(lost: readonly string[]): string {
  if (lost.length === 0) return '';
  return `${lost.slice(0, 2).join(', ')}${lost.length > 2 ? `, ${lost.length - 2} more` : ''} and `;
}

const BESIDE: readonly string[] = ['revisions', 'configmaps', 'secrets'];

/**
 * What missing permissions hide: "nodes, logs: forbidden"; '' if nothing. Omits configs and the
 * revisions of StatefulSets and DaemonSets, which no row or verdict needs: the Why and Related tabs
 * mention them.
 * @param lost the namespaces that were visible before.
 */
export function missingPermissionsText(hidden: readonly MissingPermission[], lost: readonly string[] = []): string {
  const missed = hidden.filter(({ what }) => !BESIDE.includes(what));
  if (missed.length === 0) return '';
  // Whole namespaces matter more than what is missing beside pods.
  const kinds = [...Map.groupBy(missed, (h) => h.what)].toSorted(([a], [b]) => Number(b === 'pods') - Number(a === 'pods'));
  const whats = kinds.flatMap(([what, ofKind]) => hiddenParts(what, ofKind, lost));
  const shown = whats.length <= 3 ? whats.join(', ') : `${whats.slice(0, 2).join(', ')} and ${whats.length - 2} more`;
  return `${shown}: ${missed.every((h) => FORBIDDEN.test(h.why)) ? 'forbidden' : 'not seen'}`;
}
