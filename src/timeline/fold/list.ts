import { Set as ImmutableSet } from 'immutable';
import type { Config } from '../../model/config.ts';
import type { SnapshotEnvelope } from '../envelope.ts';
import type { ClusterState } from '../state.ts';
import { withoutEntries } from '../without-entries.ts';
import { foldObject } from './object.ts';
import { withoutOwner } from './owner.ts';
import { removePod } from './pod.ts';

/** Folds a list, or a part of one. What a whole list does not name was deleted while nobody looked. */
export function foldSnapshot(state: ClusterState, envelope: SnapshotEnvelope): ClusterState {
  const { kind, items, namespace, more, at, line } = envelope;
  // A keyframe may come in several pages, too: what its first page began, the others go on with.
  if (envelope.keyframe && state.lastArrival.has(kind) && !state.pages.has(scopeOf(kind, namespace))) return state;
  const foldAll = (from: ClusterState) => items.reduce((known, item) => foldObject(known, item, false, at, line), from);
  // An owner's fold looks through the pods while it moves some.
  let next = kind === 'Pod' ? inPlace(state, foldAll) : foldAll(state);
  if (kind === 'Event') return next;
  const scope = scopeOf(kind, namespace);
  const listed = (state.pages.get(scope) ?? ImmutableSet<string>()).union(items.map((item) => item.uid));
  if (more) return { ...next, pages: next.pages.set(scope, listed) };
  next = { ...next, pages: next.pages.delete(scope) };
  if (kind !== 'Pod') return withoutUnlisted(next, kind, namespace, listed);
  for (const [uid, record] of next.pods) {
    if (record.goneAt !== null || listed.has(uid)) continue;
    if (namespace === null || record.pod.namespace === namespace) next = removePod(next, uid, at);
  }
  return { ...next, podsListedAt: state.podsListedAt ?? at };
}

/** The maps that a list of pods changes. */
const OF_PODS = ['pods', 'members', 'unhealthyCandidates', 'backoffs', 'names', 'workloads', 'availability'] as const;
type MapOfPods = (typeof OF_PODS)[number];

function mapsOfPods(mapOf: (name: MapOfPods) => ClusterState[MapOfPods]): Pick<ClusterState, MapOfPods> {
  return Object.fromEntries(OF_PODS.map((name) => [name, mapOf(name)])) as unknown as Pick<ClusterState, MapOfPods>;
}

// A list sets hundreds of entries: they are set in place in maps that nobody else has seen, not in a copy of the path for each.
function inPlace(state: ClusterState, fold: (open: ClusterState) => ClusterState): ClusterState {
  const folded = fold({ ...state, ...mapsOfPods((name) => state[name].asMutable()) });
  return { ...folded, ...mapsOfPods((name) => (folded[name].wasAltered() ? folded[name].asImmutable() : state[name])) };
}

/** What a list is of: a kind in a namespace, or everywhere (null). */
export function scopeOf(kind: string, namespace: string | null): string {
  return `${kind} ${namespace ?? ''}`;
}

// What a whole list does not name has been deleted while nobody looked.
function withoutUnlisted(
  state: ClusterState,
  kind: string,
  namespace: string | null,
  listed: ImmutableSet<string>,
): ClusterState {
  if (kind === 'Node') return { ...state, nodes: withoutEntries(state.nodes, (node) => !listed.has(node.uid)) };
  if (kind === 'ConfigMap' || kind === 'Secret') {
    const isGone = (config: Config) => config.kind === kind && !listed.has(config.uid);
    const isAsked = (config: Config) => namespace === null || config.namespace === namespace;
    return { ...state, configs: withoutEntries(state.configs, (config) => isGone(config) && isAsked(config)) };
  }
  let next = state;
  for (const [uid, owner] of state.owners) {
    if (owner.kind !== kind || listed.has(uid)) continue;
    if (namespace === null || owner.namespace === namespace) next = withoutOwner(next, owner);
  }
  return next;
}
