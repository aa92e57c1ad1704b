import { scopeOf } from '../../timeline/scope.ts';
import type { CollectionReport } from './watch/reflector-state.ts';

/** What a reflector reports of a stretch without data. */
export type GapReport = CollectionReport & { readonly type: 'gap' };

/** A gap that is to be told, and what it is of. */
export interface ScopedGap {
  readonly kind: string;
  /** null: all of them. */
  readonly namespace: string | null;
  readonly report: GapReport;
}

/** The gaps that are open, by what they are of: whoever changes what is watched has to end them. */
export class OpenGaps {
  readonly #open = new Map<string, ScopedGap>();

  /** Takes note of a gap that is told. */
  note(gap: ScopedGap): void {
    const scope = scopeOf(gap.kind, gap.namespace);
    if (gap.report.open) this.#open.set(scope, gap);
    else this.#open.delete(scope);
  }

  /** The ends of the gaps of single namespaces: a list of all of them tells what is there. */
  endsByListOf(kind: string): readonly ScopedGap[] {
    return [...this.#open.values()].filter((gap) => gap.kind === kind && gap.namespace !== null).map(endOf);
  }

  /**
   * What to tell when these namespaces cannot be watched any more. Nothing is known to be gone of what can only not be seen:
   * each of them has the gap that its pods had with all others, until a list tells.
   */
  endsByLosing(namespaces: readonly string[]): readonly ScopedGap[] {
    return [...this.#open.values()].flatMap((gap) => {
      if (gap.kind !== 'Pod') return [endOf(gap)];
      return [endOf(gap), ...namespaces.map((namespace) => ({ ...gap, namespace }))];
    });
  }
}

function endOf(gap: ScopedGap): ScopedGap {
  return { ...gap, report: { ...gap.report, open: false, resumed: false } };
}
