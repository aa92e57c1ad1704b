import type { SourceInfo } from '../../timeline/envelope.ts';
import type { Timeline } from '../../timeline/timeline.ts';
import { CONTAINER_FAMILIES, type ContainerFamily, containerPoints } from './container-metrics.ts';
import { END, familyText, labelsText, type MetricFamily, type Sample } from './metric-text.ts';

export interface OpenMetricsOptions {
  /** Epoch ms; default to the timeline's start and end. */
  readonly from?: number;
  readonly to?: number;
  /**
   * The interval between samples while nothing changes, in ms. Must be shorter than Prometheus
   * looks back (5 minutes). Defaults to 30 s.
   */
  readonly stepMs?: number;
}

/** The default interval between samples, in ms. */
export const STEP_MS = 30_000;
// Changes within this time become one sample: no graph would show more.
const FINEST_MS = 1000;

const SOURCE: MetricFamily = {
  name: 'crashtop_source',
  type: 'info',
  help: 'What the history was recorded from.',
};
const UP: MetricFamily = {
  name: 'crashtop_up',
  type: 'gauge',
  help: '1 while the pods were seen, 0 in a gap.',
};
const PODS: MetricFamily = { name: 'crashtop_pods', type: 'gauge', help: 'Pods that existed.' };

/** The samples of one series, oldest first: times in epoch ms. */
interface Series {
  readonly times: number[];
  readonly values: number[];
}

type SeriesByLabels = Map<string, Series>;

/**
 * Writes a timeline's history as OpenMetrics text with times, in pieces, to backfill a Prometheus
 * with `promtool tsdb create-blocks-from openmetrics`. Each series has a sample at each change and
 * one per step, and none while pods were not visible. Families stay together, and the times of a
 * series ascend.
 */
export function* writeOpenMetrics(timeline: Timeline, source: SourceInfo, options: OpenMetricsOptions = {}): Generator<string> {
  const families = Object.fromEntries(Object.keys(CONTAINER_FAMILIES).map((name) => [name, new Map()])) as unknown as Record<
    ContainerFamily,
    SeriesByLabels
  >;
  const up: Series = { times: [], values: [] };
  const pods: Series = { times: [], values: [] };
  const wasTroubled = new Set<string>();
  const stepMs = options.stepMs ?? STEP_MS;
  for (const { at, isStep } of momentsOf(timeline, options.from, options.to, stepMs)) {
    const isSeen = !isInGap(timeline, at);
    push(up, at, Number(isSeen), isStep);
    if (!isSeen) continue;
    const state = timeline.stateAt(at);
    if (state.podsListedAt === null) continue;
    push(pods, at, state.names.size, isStep);
    for (const { family, labels, value } of containerPoints(state, at, wasTroubled)) {
      const series = seriesOf(families[family], labels);
      if (family === 'retry') pushCountdown(series, at, value, isStep);
      else push(series, at, value, isStep);
    }
  }
  for (const name of Object.keys(CONTAINER_FAMILIES) as ContainerFamily[]) {
    if (families[name].size > 0) yield* familyText(CONTAINER_FAMILIES[name], samplesOf(families[name]), 'openmetrics');
  }
  yield* familyText(PODS, samplesOf(new Map([['', pods]])), 'openmetrics');
  yield* familyText(UP, samplesOf(new Map([['', up]])), 'openmetrics');
  const { name, context, serverVersion } = source;
  const labels = labelsText({ name, context: context ?? '', server_version: serverVersion ?? '' });
  const known = new Map([[labels, { times: up.times, values: up.times.map(() => 1) }]]);
  yield* familyText(SOURCE, samplesOf(known), 'openmetrics');
  yield END.openmetrics;
}

// All steps and, in between, the last arrival of each second with arrivals.
function* momentsOf(
  timeline: Timeline,
  from: number = timeline.startedAt,
  to: number = timeline.endedAt,
  stepMs: number,
): Generator<{ at: number; isStep: boolean }> {
  let nextStep = from;
  let at = from;
  while (at <= to) {
    const isStep = at >= nextStep;
    if (isStep) nextStep = at + stepMs;
    yield { at, isStep: isStep || at === to };
    if (at === to) return;
    const arrival = timeline.nextArrival(at);
    const next = arrival === null ? to : (timeline.previousArrival(arrival + FINEST_MS) ?? arrival);
    at = Math.min(next, nextStep, to);
  }
}

function isInGap(timeline: Timeline, at: number): boolean {
  return timeline.gapsAt(at).some((g) => g.kind === 'Pod' && g.from < at && (g.to === null || at < g.to));
}

function seriesOf(family: SeriesByLabels, labels: string): Series {
  const known = family.get(labels);
  if (known !== undefined) return known;
  const series: Series = { times: [], values: [] };
  family.set(labels, series);
  return series;
}

function push({ times, values }: Series, at: number, value: number, isStep: boolean): void {
  if (!isStep && values.at(-1) === value) return;
  times.push(at);
  values.push(value);
}

// A countdown changes with time alone: only another end time is a change.
function pushCountdown(series: Series, at: number, value: number, isStep: boolean): void {
  const [lastAt, last] = [series.times.at(-1), series.values.at(-1)];
  const expected = lastAt === undefined || last === undefined ? null : Math.max(0, last - (at - lastAt) / 1000);
  if (!isStep && expected !== null && Math.abs(expected - value) < 0.01) return;
  push(series, at, value, true);
}

function* samplesOf(family: SeriesByLabels): Generator<Sample> {
  for (const [labels, { times, values }] of family) {
    for (const [i, at] of times.entries()) yield { labels, value: values[i] as number, at };
  }
}
