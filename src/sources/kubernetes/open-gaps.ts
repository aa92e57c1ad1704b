import { scopeOf } from '../../timeline/scope.ts';
import type { CollectionReport } from './watch/reflector-state.ts';

/** A reflector's report of a stretch without data. */
export type GapReport = CollectionReport & { readonly type: 'gap' };

/** A gap to be reported, and its scope. */
export interface ScopedGap {
  readonly kind: string;
  /** null: all of them. */
  readonly namespace: string | null;
  readonly report: GapReport;
}

/** The open gaps by scope: changing the watched scope must end them. */
export class OpenGaps {
  readonly #open = new Map<string, ScopedGap>();

  /** Takes note of a reported gap. */
  note(gap: ScopedGap): void {
    const scope = scopeOf(gap.kind, gap.namespace);
    if (gap.report.open) this.#open.set(scope, gap);
    else this.#open.delete(scope);
  }

  /** The ends of the gaps of single namespaces: a list of all namespaces tells their state. */
  endsByListOf(kind: string): readonly ScopedGap[] {
    return [...this.#open.values()].filter((gap) => gap.kind === kind && gap.namespace !== null).map(endOf);
  }

  /**
   * The reports for namespaces that cannot be watched any more. Invisible objects are not known to
   * be gone: each namespace keeps the gap that its pods shared with all others, until a list tells.
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
