import type { Gap } from './state.ts';

/** Is it a gap in what is known of the pods of this namespace: one of its own, or of the whole cluster? */
export function isGapOfPods(gap: Pick<Gap, 'kind' | 'namespace'>, namespace: string): boolean {
  return gap.kind === 'Pod' && (gap.namespace === null || gap.namespace === namespace);
}
