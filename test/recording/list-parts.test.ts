import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Keyframe } from '../../src/recording/keyframe.ts';
import type { RecordingLine } from '../../src/recording/line.ts';
import { Projector } from '../../src/recording/projector.ts';
import { reduce } from '../../src/timeline/reduce.ts';
import { type ClusterState, EMPTY_STATE } from '../../src/timeline/state.ts';

const NAMESPACES = ['shop', 'infra'] as const;
const KINDS = ['Pod', 'Deployment'] as const;

interface Thing {
  readonly kind: (typeof KINDS)[number];
  readonly namespace: (typeof NAMESPACES)[number];
  readonly uid: string;
}

/** What happens to a cluster; `told`: by a watch event, else while nobody looks. */
type Happening =
  | { readonly type: 'change'; readonly thing: Thing; readonly isThere: boolean; readonly told: boolean }
  | { readonly type: 'list'; readonly kind: Thing['kind']; readonly namespace: string | null; readonly pageSize: number };

const thing: fc.Arbitrary<Thing> = fc.record({
  kind: fc.constantFrom(...KINDS),
  namespace: fc.constantFrom(...NAMESPACES),
  uid: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
});
const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ type: fc.constant('change' as const), thing, isThere: fc.boolean(), told: fc.boolean() }),
  fc.record({
    type: fc.constant('list' as const),
    kind: fc.constantFrom(...KINDS),
    namespace: fc.constantFrom(...NAMESPACES, null),
    pageSize: fc.integer({ min: 1, max: 4 }),
  }),
);

const idOf = ({ kind, namespace, uid }: Thing) => `${kind}-${namespace}-${uid}`;
const objectOf = (known: Thing) => ({
  metadata: { name: idOf(known), namespace: known.namespace, uid: idOf(known), creationTimestamp: '2026-01-01T00:00:00Z' },
});

/** The lines of a cluster's watch, and after each of them what a reader must take for there. */
function watched(happenings: readonly Happening[]): { line: RecordingLine; there: readonly string[] }[] {
  const cluster = new Map<string, Thing>();
  // The model: it hears of single objects, and takes a whole list for the truth about what was asked for.
  const heard = new Map<string, Thing>();
  const lines: { line: RecordingLine; there: readonly string[] }[] = [];
  const say = (line: RecordingLine) => lines.push({ line, there: [...heard.keys()].toSorted() });
  for (const [t, happening] of happenings.entries()) {
    if (happening.type === 'change') {
      const { thing: changed, isThere, told } = happening;
      const books = told ? [cluster, heard] : [cluster];
      for (const book of books) isThere ? book.set(idOf(changed), changed) : book.delete(idOf(changed));
      if (told) say({ t, type: isThere ? 'MODIFIED' : 'DELETED', kind: changed.kind, object: objectOf(changed) });
      continue;
    }
    const { kind, namespace, pageSize } = happening;
    const isAsked = (known: Thing) => known.kind === kind && (namespace === null || known.namespace === namespace);
    const rest = [...cluster.values()].filter(isAsked);
    const where = namespace === null ? {} : { namespace };
    while (rest.length > pageSize) {
      const page = rest.splice(0, pageSize);
      for (const known of page) heard.set(idOf(known), known);
      say({ t, type: 'snapshot', kind, ...where, items: page.map(objectOf), more: true });
    }
    for (const known of heard.values()) if (isAsked(known) && !cluster.has(idOf(known))) heard.delete(idOf(known));
    for (const known of rest) heard.set(idOf(known), known);
    say({ t, type: 'snapshot', kind, ...where, items: rest.map(objectOf) });
  }
  return lines;
}

function thereIn({ pods, owners }: ClusterState): readonly string[] {
  const there = [...pods.values()].filter(({ goneAt }) => goneAt === null).map(({ pod }) => pod.uid);
  return [...there, ...owners.keys()].toSorted();
}

function fold(state: ClusterState, projector: Projector, line: RecordingLine): ClusterState {
  const envelope = projector.project(line, 0);
  return envelope === null ? state : reduce(state, envelope);
}

function textsOf(line: RecordingLine): string[] {
  if (line.type === 'snapshot') return line.items.map((item) => JSON.stringify(item));
  return 'object' in line ? [JSON.stringify(line.object)] : [];
}

describe('lists, pages and watch events', () => {
  it('leave what a naive model holds, after each line', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 30 }), (happenings) => {
        const projector = new Projector(0);
        let state = EMPTY_STATE;
        for (const { line, there } of watched(happenings)) {
          state = fold(state, projector, line);
          expect(thereIn(state)).toEqual(there);
        }
      }),
    );
  });

  it('leave the same to a reader that begins with a keyframe, be it in the middle of a list', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 30 }), fc.nat(40), (happenings, at) => {
        const lines = watched(happenings);
        const [before, after] = [lines.slice(0, at), lines.slice(at)];
        const keyframe = new Keyframe();
        for (const { line } of before) keyframe.see(line, textsOf(line));
        const [late, early] = [new Projector(0), new Projector(0)];
        let [begunLate, begunEarly] = [EMPTY_STATE, EMPTY_STATE];
        for (const { line } of before) begunEarly = fold(begunEarly, early, line);
        for (const line of keyframe.lines(0)) {
          begunLate = fold(begunLate, late, line);
          begunEarly = fold(begunEarly, early, line);
        }
        expect(thereIn(begunLate)).toEqual(before.at(-1)?.there ?? []);
        for (const { line, there } of after) {
          [begunLate, begunEarly] = [fold(begunLate, late, line), fold(begunEarly, early, line)];
          expect([thereIn(begunLate), thereIn(begunEarly)]).toEqual([there, there]);
        }
      }),
    );
  });
});
