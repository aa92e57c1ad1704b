/**
 * How good are estimated runs? Over recordings with truth, each cut at 20 moments as if crashtop was
 * opened then: only the pods and events of that moment are known. Reports how far estimated starts
 * and ends are from containerd's own, how many have no true run within 10 s, and how much of the
 * last 30 minutes was blank without them and is with them. Arguments: as for countdown.ts.
 */
import { basename } from 'node:path';
import { DEFAULT_NODE_BACKOFF, learnBackoff } from '../src/model/backoff.ts';
import { type EstimatedRun, estimatedRuns } from '../src/model/estimated-runs.ts';
import { addRuns, EMPTY_LEDGER, type Ledger, runsMentioned, timeOfRun } from '../src/model/ledger.ts';
import { backoffOf, type ClusterState, type ContainerRecord, kubeletVersionOf, type PodRecord } from '../src/timeline/state.ts';
import type { Timeline } from '../src/timeline/timeline.ts';
import { historyCells } from '../src/view/table/history-strip.ts';
import { fixture, quantile } from './figures.ts';
import { loadTimeline } from './load-timeline.ts';
import { readTruth, type Truth } from './truth.ts';

const CUTS = 20;
// One cell for every 5 seconds.
const CELLS = 360;

interface Figures {
  readonly starts: number[];
  readonly ends: number[];
  told: number;
  far: number;
  unseen: number;
  cells: number;
  blankBefore: number;
  blankAfter: number;
}

// The knowledge of a client that lists pods and events at that moment.
function estimateAt(state: ClusterState, { pod }: PodRecord, { name, status }: ContainerRecord) {
  const ledger = status === undefined ? EMPTY_LEDGER : addRuns(EMPTY_LEDGER, runsMentioned(status));
  const { kubeletStarts } = backoffOf(state, pod.spec.nodeName);
  const node = learnBackoff({ ...DEFAULT_NODE_BACKOFF, kubeletStarts }, ledger);
  const kubeletVersion = kubeletVersionOf(state, pod.spec.nodeName);
  const events = (state.events.get(pod.uid) ?? []).filter((event) => event.lastAt <= state.arrivedAt);
  const facts = { container: name, ledger, createdAt: pod.createdAt, events, node, kubeletVersion };
  return { ledger, estimated: estimatedRuns(facts) };
}

function compare(figures: Figures, estimated: readonly EstimatedRun[], whole: Ledger, truth: Truth): void {
  const starts = whole.flatMap((run) => truth.get(run.containerID)?.startedAt ?? timeOfRun(run) ?? []);
  for (const run of estimated) {
    const known = whole.find(({ attempt }) => attempt === run.attempt);
    const startedAt = truth.get(known?.containerID ?? '')?.startedAt ?? (known === undefined ? null : timeOfRun(known));
    const exitedAt = truth.get(known?.containerID ?? '')?.exitedAt ?? known?.finishedAt ?? null;
    if (startedAt !== null && !Number.isNaN(startedAt)) figures.starts.push(Math.abs(run.startedAt - startedAt) / 1000);
    if (exitedAt !== null && !Number.isNaN(exitedAt)) figures.ends.push(Math.abs(run.finishedAt - exitedAt) / 1000);
    if (run.startIsTold) figures.told++;
    if (!starts.some((at) => Math.abs(at - run.startedAt) <= 10_000)) figures.far++;
  }
}

function blank(cells: readonly string[]): number {
  return cells.filter((cell) => cell === 'unseen').length;
}

function measure(timeline: Timeline, truth: Truth): Figures {
  const figures: Figures = { starts: [], ends: [], told: 0, far: 0, unseen: 0, cells: 0, blankBefore: 0, blankAfter: 0 };
  const [from, to] = [timeline.startedAt, timeline.endedAt];
  for (let cut = 1; cut <= CUTS; cut++) {
    const now = from + ((to - from) * cut) / CUTS;
    const state = timeline.stateAt(now);
    for (const record of state.pods.values()) {
      if (record.goneAt !== null) continue;
      const whole = timeline.head.pods.get(record.pod.uid) ?? record;
      for (const [index, container] of record.containers.entries()) {
        const { ledger, estimated } = estimateAt(state, record, container);
        const restartCount = container.status?.restartCount ?? 0;
        const facts = { ledger, createdAt: record.pod.createdAt, restartCount, goneAt: null, seenUntil: null };
        const before = historyCells({ ...facts, estimated: [] }, now, CELLS);
        if (blank(before) === 0) continue;
        figures.unseen += Math.max(0, (ledger[0]?.attempt ?? 0) - 0);
        figures.cells += before.filter((cell) => cell !== 'absent').length;
        figures.blankBefore += blank(before);
        figures.blankAfter += blank(historyCells({ ...facts, estimated }, now, CELLS));
        compare(figures, estimated, whole.containers[index]?.ledger ?? [], truth);
      }
    }
  }
  return figures;
}

const seconds = (values: readonly number[], q: number) =>
  quantile(
    values.toSorted((a, b) => a - b),
    q,
  ).toFixed(1);
const percent = (part: number, of: number) => `${Math.round((100 * part) / Math.max(1, of))}%`;

function print(name: string, f: Figures): void {
  const placed = f.starts.length;
  console.log(
    `\n${name}: ${f.unseen} runs not seen at ${CUTS} moments, ${placed} of them placed, ${f.told} with a start that is told`,
  );
  console.log(`  starts, s off: median ${seconds(f.starts, 0.5)}, p90 ${seconds(f.starts, 0.9)}`);
  console.log(`  ends, s off:   median ${seconds(f.ends, 0.5)}, p90 ${seconds(f.ends, 0.9)}`);
  console.log(`  no true run starts within 10 s: ${f.far} of ${placed} (${percent(f.far, placed)})`);
  console.log(
    `  blank of the last 30 minutes: ${percent(f.blankBefore, f.cells)} before, ${percent(f.blankAfter, f.cells)} after`,
  );
}

const given = process.argv.slice(2);
const paths = given.length > 0 ? given : ['zoo', 'zoo-1.33'].map((name) => fixture(`recordings/${name}.ndjson.gz`));
for (const path of paths)
  print(basename(path), measure(await loadTimeline(path), readTruth(path.replace(/\.ndjson\.gz$/, '.truth.ndjson'))));
