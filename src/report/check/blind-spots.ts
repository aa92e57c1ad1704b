import { duration, timeOfDay } from '../../text/duration.ts';
import type { SourceInfo } from '../../timeline/envelope.ts';
import type { ClusterState, Gap } from '../../timeline/state.ts';
import { missingPermissionsText } from '../../wording/missing-permissions.ts';
import { scopeText } from '../../wording/scope.ts';
import type { CheckResult } from './examination.ts';

/** What limits the answer of a check, as safe sentences without a full stop. */
export interface BlindSpots {
  /** Reasons why no one can say that nothing loops. */
  readonly unknown: readonly string[];
  /** The answer stands, but the reader should know about these. */
  readonly notes: readonly string[];
}

/** What was asked for, as opposed to what was seen. */
export interface AskedFor {
  readonly source: SourceInfo;
  /** The namespaces to judge; null: all visible ones. */
  readonly namespaces: ReadonlySet<string> | null;
  /** True if having no pods is acceptable. */
  readonly allowsEmpty: boolean;
}

/** What was not seen of a window, as of its end. `gaps` are those that started by then. */
export function blindSpotsOf(
  result: CheckResult,
  state: ClusterState,
  gaps: readonly Gap[],
  { source, namespaces, allowsEmpty }: AskedFor,
): BlindSpots {
  const concerns = (namespace: string | null) => namespace === null || (namespaces?.has(namespace) ?? true);
  const unknown: string[] = [];
  const notes: string[] = [];
  if (state.podsListedAt === null) unknown.push('no complete list of pods arrived');
  const hidden = state.hidden.filter((h) => concerns(h.namespace));
  const pods = hidden.filter((h) => h.what === 'pods' && !isOutside(h.namespace, namespaces));
  for (const { namespace, why } of pods) {
    const only =
      namespace === null ? `; use -n ${source.namespaces?.join(',') ?? 'NAMESPACE'} to ask only for what is allowed` : '';
    unknown.push(
      `${namespace === null ? 'the pods of other namespaces' : `the pods of ${namespace}`} were hidden: ${why}${only}`,
    );
  }
  const others = missingPermissionsText(hidden.filter((h) => !pods.includes(h)));
  if (others !== '') notes.push(`not seen: ${others}`);
  for (const gap of gaps) {
    if (gap.kind !== 'Pod' || !concerns(gap.namespace) || (gap.to !== null && gap.to <= result.from)) continue;
    const since = `since ${timeOfDay(gap.from)} UTC: ${gap.reason}`;
    if (gap.to === null || gap.to > result.to) unknown.push(`the pods were not seen ${since}`);
    else if (!gap.resumed) notes.push(`the pods were not seen for ${duration(gap.to - gap.from)} ${since}`);
  }
  if (state.podsListedAt !== null && result.pods.length === 0 && !allowsEmpty) {
    const scope = namespaces === null ? source : { ...source, namespaces: [...namespaces] };
    unknown.push(`no pod matched in ${scopeText(scope)} of ${source.name}; --allow-empty lets that pass`);
  }
  return { unknown, notes };
}

// Naming namespaces means that all others do not matter.
function isOutside(namespace: string | null, namespaces: ReadonlySet<string> | null): boolean {
  return namespace === null && namespaces !== null;
}
