import type { SourceInfo } from '../../timeline/envelope.ts';
import type { ClusterState } from '../../timeline/state.ts';
import { CONTAINER_FAMILIES, type ContainerFamily, containerPoints } from './container-metrics.ts';
import { END, familyText, labelsText, type MetricFamily, type MetricFormat, type Sample } from './metric-text.ts';

/** The inputs for the metrics of a live session. Times in epoch ms. */
export interface SessionFacts {
  readonly state: ClusterState;
  readonly source: SourceInfo;
  readonly now: number;
  /** True if it shows the current state. */
  readonly isCurrent: boolean;
  /** When the server last sent anything; null: never. */
  readonly heardAt: number | null;
  readonly version: string;
}

const UP: MetricFamily = {
  name: 'crashtop_up',
  type: 'gauge',
  help: '1 while pods are watched; 0 while crashtop is connecting, disconnected or without response: all else is stale then.',
};
const DATA_AGE: MetricFamily = {
  name: 'crashtop_data_age_seconds',
  type: 'gauge',
  unit: 'seconds',
  help: 'Time since the API server last sent anything, which it does at least about once a minute.',
};
const PODS: MetricFamily = { name: 'crashtop_pods', type: 'gauge', help: 'Pods that exist.' };
const GAPS: MetricFamily = {
  name: 'crashtop_gaps',
  type: 'counter',
  help: 'Gaps in which updates of a kind were lost or late.',
};
const HIDDEN: MetricFamily = {
  name: 'crashtop_hidden',
  type: 'info',
  help: 'What missing permissions hide; without a namespace: everywhere.',
};
const BUILD: MetricFamily = {
  name: 'crashtop_build',
  type: 'info',
  help: 'The version of crashtop, and the cluster that it watches.',
};

/** All current metrics as one exposition, in pieces. */
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

// A counter without counts yet is 0, so that its first gap is an increase.
function gapSamples({ gaps }: ClusterState): Sample[] {
  const counts = new Map([
    ['Pod', 0],
    ['Event', 0],
  ]);
  for (const { kind } of gaps) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => sample(labelsText({ kind }), count));
}
