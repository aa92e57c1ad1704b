import type { Envelope } from './envelope.ts';
import { withGap } from './fold/gap.ts';
import { foldSnapshot } from './fold/list.ts';
import { foldLog } from './fold/log.ts';
import { foldObject } from './fold/object.ts';
import { withClocks } from './node-clocks.ts';
import type { ClusterState, Marker } from './state.ts';

const MARKERS_KEPT = 5000;

/** The state after one more arrival. Pure; shares all that did not change with the state before. */
export function reduce(state: ClusterState, envelope: Envelope): ClusterState {
  const next = { ...withClocks(fold(state, envelope), state, envelope), arrivedAt: envelope.at };
  const kind = kindArrived(envelope);
  return kind === null ? next : { ...next, lastArrival: next.lastArrival.set(kind, envelope.at) };
}

function kindArrived(envelope: Envelope): string | null {
  if (envelope.type === 'object') return envelope.object.kind;
  return envelope.type === 'snapshot' ? envelope.kind : null;
}

function fold(state: ClusterState, envelope: Envelope): ClusterState {
  switch (envelope.type) {
    case 'object':
      return foldObject(state, envelope.object, envelope.verb === 'DELETED', envelope.at, envelope.line);
    case 'snapshot':
      return foldSnapshot(state, envelope);
    case 'log':
      return foldLog(state, envelope);
    case 'gap':
      return { ...state, gaps: withGap(state.gaps, envelope) };
    case 'access':
      return { ...state, hidden: envelope.hidden };
    case 'marker':
      return { ...state, markers: withMarker(state.markers, { at: envelope.at, name: envelope.name, note: envelope.note }) };
  }
}

// An afternoon has a handful; a file may hold any number.
function withMarker(markers: readonly Marker[], marker: Marker): readonly Marker[] {
  return [...markers.slice(1 - MARKERS_KEPT), marker];
}
