import type { ResourceKind } from '../../model/resources.ts';
import type { SnapshotEnvelope } from '../envelope.ts';
import type { ClusterState } from '../state.ts';
import { withoutEntries } from '../without-entries.ts';
import { foldObject } from './object.ts';
import { withoutOwner } from './owner.ts';
import { removePod } from './pod.ts';

/** Folds a list, or a part of one. Missing from a complete list: deleted while disconnected. */
export function foldSnapshot(state: ClusterState, envelope: SnapshotEnvelope): ClusterState {
  const { kind, items, more, absent = [], at, line } = envelope;
  const foldAll = (from: ClusterState) => items.reduce((known, item) => foldObject(known, item, false, at, line), from);
  // An owner's fold looks through the pods while it moves some.
  const listed = kind === 'Pod' ? inPlace(state, foldAll) : foldAll(state);
  const next = absent.length === 0 ? listed : withoutAbsent(listed, kind, absent, at);
  return kind === 'Pod' && !more ? { ...next, podsListedAt: state.podsListedAt ?? at } : next;
}

/** The maps that a list of pods changes. */
const OF_PODS = ['pods', 'members', 'unhealthyCandidates', 'backoffs', 'names', 'workloads', 'availability'] as const;
type MapOfPods = (typeof OF_PODS)[number];

function mapsOfPods(mapOf: (name: MapOfPods) => ClusterState[MapOfPods]): Pick<ClusterState, MapOfPods> {
  return Object.fromEntries(OF_PODS.map((name) => [name, mapOf(name)])) as unknown as Pick<ClusterState, MapOfPods>;
}

// A list sets hundreds of entries: it sets them in place in maps that are not shared yet, without
// copying a path for each.
function inPlace(state: ClusterState, fold: (open: ClusterState) => ClusterState): ClusterState {
  const folded = fold({ ...state, ...mapsOfPods((name) => state[name].asMutable()) });
  return { ...folded, ...mapsOfPods((name) => (folded[name].wasAltered() ? folded[name].asImmutable() : state[name])) };
}

function withoutAbsent(state: ClusterState, kind: ResourceKind, absent: readonly string[], at: number): ClusterState {
  if (kind === 'Pod') return absent.reduce((known, uid) => removePod(known, uid, at), state);
  if (kind === 'Node' || kind === 'ConfigMap' || kind === 'Secret') {
    // These are kept by name.
    const uids = new Set(absent);
    const isAbsent = ({ uid }: { readonly uid: string }) => uids.has(uid);
    if (kind === 'Node') return { ...state, nodes: withoutEntries(state.nodes, isAbsent) };
    return { ...state, configs: withoutEntries(state.configs, isAbsent) };
  }
  return absent.reduce((known, uid) => {
    const owner = known.owners.get(uid);
    return owner === undefined ? known : withoutOwner(known, owner);
  }, state);
}
