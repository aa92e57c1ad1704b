import type { SourceInfo } from '../../timeline/envelope.ts';
import type { ClusterState } from '../../timeline/state.ts';
import { CONTAINER_FAMILIES, type ContainerFamily, containerPoints } from './container-metrics.ts';
import { END, familyText, labelsText, type MetricFamily, type MetricFormat, type Sample } from './metric-text.ts';

/** What is served of a live session. Times in epoch ms. */
export interface SessionFacts {
  readonly state: ClusterState;
  readonly source: SourceInfo;
  readonly now: number;
  /** Is what it shows the newest there is? */
  readonly isCurrent: boolean;
  /** When the server was last heard of; null: never. */
  readonly heardAt: number | null;
  readonly version: string;
}

const UP: MetricFamily = {
  name: 'crashtop_up',
  type: 'gauge',
  help: '1 while the pods are watched; 0 while crashtop connects, was cut off, or hears nothing: all else is old then.',
};
const DATA_AGE: MetricFamily = {
  name: 'crashtop_data_age_seconds',
  type: 'gauge',
  unit: 'seconds',
  help: 'Since the API server was last heard of; it speaks about once a minute at least.',
};
const PODS: MetricFamily = { name: 'crashtop_pods', type: 'gauge', help: 'Pods that exist.' };
const GAPS: MetricFamily = {
  name: 'crashtop_gaps',
  type: 'counter',
  help: 'Stretches in which arrivals of a kind were lost or late.',
};
const HIDDEN: MetricFamily = { name: 'crashtop_hidden', type: 'info', help: 'What rights hide; no namespace: everywhere.' };
const BUILD: MetricFamily = { name: 'crashtop_build', type: 'info', help: 'The crashtop that watches, and what it watches.' };

/** Everything that is measured now, as one exposition, in pieces. */
export function* sessionMetrics(facts: SessionFacts, format: MetricFormat): Generator<string> {
  const { state, source, now, isCurrent, heardAt, version } = facts;
  const samples = new Map<ContainerFamily, Sample[]>();
  if (state.podsListedAt !== null) {
    for (const { family, labels, value } of containerPoints(state, now, new Set())) {
      const known = samples.get(family) ?? [];
      known.push({ labels, value, at: null });
      samples.set(family, known);
    }
  }
  for (const name of Object.keys(CONTAINER_FAMILIES) as ContainerFamily[]) {
    yield* familyText(CONTAINER_FAMILIES[name], samples.get(name) ?? [], format);
  }
  yield* familyText(UP, [sample('', Number(isCurrent))], format);
  if (heardAt !== null) yield* familyText(DATA_AGE, [sample('', Math.max(0, now - heardAt) / 1000)], format);
  if (state.podsListedAt !== null) yield* familyText(PODS, [sample('', state.names.size)], format);
  yield* familyText(GAPS, gapSamples(state), format);
  const hidden = state.hidden.map(({ what, namespace }) => sample(labelsText({ what, namespace: namespace ?? '' }), 1));
  yield* familyText(HIDDEN, hidden, format);
  const build = { version, context: source.context ?? '', server_version: source.serverVersion ?? '' };
  yield* familyText(BUILD, [sample(labelsText(build), 1)], format);
  yield END[format];
}

function sample(labels: string, value: number): Sample {
  return { labels, value, at: null };
}

// A counter that has counted nothing yet is 0, so that its first gap is a rise.
function gapSamples({ gaps }: ClusterState): Sample[] {
  const counts = new Map([
    ['Pod', 0],
    ['Event', 0],
  ]);
  for (const { kind } of gaps) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => sample(labelsText({ kind }), count));
}
