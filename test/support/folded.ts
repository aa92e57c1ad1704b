import { ListParts } from '../../src/recording/list-parts.ts';
import type { Envelope } from '../../src/timeline/envelope.ts';
import { reduce } from '../../src/timeline/reduce.ts';
import { type ClusterState, EMPTY_STATE } from '../../src/timeline/state.ts';

/** The state after these arrivals of one source; of its lists it is worked out here what is absent. */
export function folded(...envelopes: readonly Envelope[]): ClusterState {
  const lists = new ListParts();
  return envelopes.map((envelope) => lists.pass(envelope)).reduce(reduce, EMPTY_STATE);
}
