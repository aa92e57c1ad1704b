import type { GapEnvelope } from '../envelope.ts';
import { scopeOf } from '../scope.ts';
import type { Gap } from '../state.ts';

const GAPS_KEPT = 1000;

/** Adds a gap. An open gap is written at once, and again when its end is known. */
export function withGap(gaps: readonly Gap[], envelope: GapEnvelope): readonly Gap[] {
  const { kind, namespace, from, reason, resumed, open, at } = envelope;
  const gap: Gap = { kind, namespace, from, to: open ? null : at, reason, resumed };
  const others = gaps.filter((g) => g.to !== null || g.kind !== kind || g.namespace !== namespace || g.from !== from);
  return withinLimit(others).concat(gap);
}

// A source that loses its connection this often gets its two oldest gaps of a scope joined, with
// the time between them: no arrival may have to search all gaps before it.
function withinLimit(gaps: readonly Gap[]): readonly Gap[] {
  if (gaps.length < GAPS_KEPT) return gaps;
  const oldest = new Map<string, Gap>();
  for (const gap of gaps) {
    if (gap.to === null) continue;
    const scope = scopeOf(gap.kind, gap.namespace);
    const before = oldest.get(scope);
    if (before === undefined) oldest.set(scope, gap);
    else return gaps.flatMap((g) => (g === before ? joinGaps(before, gap) : g === gap ? [] : g));
  }
  // A thousand different scopes: not to be expected.
  return gaps.slice(1);
}

function joinGaps(first: Gap, second: Gap): Gap {
  return { ...first, to: second.to, resumed: first.resumed && second.resumed };
}
