import type { GapEnvelope } from '../envelope.ts';
import type { Gap } from '../state.ts';
import { scopeOf } from './list.ts';

const GAPS_KEPT = 1000;

/** With one more gap. An open gap is written at once, and again when its end is known. */
export function withGap(gaps: readonly Gap[], envelope: GapEnvelope): readonly Gap[] {
  const { kind, namespace, from, reason, resumed, open, at } = envelope;
  const gap: Gap = { kind, namespace, from, to: open ? null : at, reason, resumed };
  const others = gaps.filter((g) => g.to !== null || g.kind !== kind || g.namespace !== namespace || g.from !== from);
  return withFewer(others).concat(gap);
}

// Who loses the connection that often gets one gap for the two oldest of a kind and what lies between them: no arrival must look
// at all that were before.
function withFewer(gaps: readonly Gap[]): readonly Gap[] {
  if (gaps.length < GAPS_KEPT) return gaps;
  const oldest = new Map<string, Gap>();
  for (const gap of gaps) {
    if (gap.to === null) continue;
    const scope = scopeOf(gap.kind, gap.namespace);
    const before = oldest.get(scope);
    if (before === undefined) oldest.set(scope, gap);
    else return gaps.flatMap((g) => (g === before ? joinGaps(before, gap) : g === gap ? [] : g));
  }
  // A thousand of different scopes: nobody watches so many.
  return gaps.slice(1);
}

function joinGaps(first: Gap, second: Gap): Gap {
  return { ...first, to: second.to, resumed: first.resumed && second.resumed };
}
