/**
 * How honest is the countdown? Over recordings with truth: actual start minus `at` and minus
 * `expectedAt`, and how often it was in the window up to `lateAfter`, for each wait between two
 * runs, by kind of prediction and delay, as last predicted before `at`. Actual starts are
 * containerd's own (it has none for a failed start: the kubelet's second is used). Waits ended by a
 * probe kill or a kubelet restart are listed apart: no published rule holds for those. Arguments:
 * recordings (`X.ndjson.gz`, with `X.truth.ndjson` or `X.truth.ndjson.gz` beside them); without any,
 * those of the tests.
 */

import { basename } from 'node:path';
import { nextStartAt } from '../src/diagnosis/problems.ts';
import type { NextStart } from '../src/model/backoff.ts';
import type { Run } from '../src/model/ledger.ts';
import { hasKillingProbe } from '../src/model/pod.ts';
import { TRUNCATION_MS } from '../src/text/json.ts';
import type { PodRecord } from '../src/timeline/state.ts';
import type { Timeline } from '../src/timeline/timeline.ts';
import { fixture, quantile } from './figures.ts';
import { loadTimeline } from './load-timeline.ts';
import { readTruth, type Truth } from './truth.ts';

interface Wait {
  readonly uid: string;
  readonly container: string;
  readonly from: number;
  readonly start: number;
  readonly before: Run;
}

interface Miss {
  readonly group: string;
  readonly kind: string;
  readonly delayMs: number;
  /** Actual start minus `at`, minus `expectedAt`, and the width of the window. */
  readonly lateMs: number;
  readonly offMs: number;
  readonly windowMs: number;
}

function waitsOf(record: PodRecord, truth: Truth): Wait[] {
  const waits: Wait[] = [];
  for (const { name, ledger } of record.containers) {
    for (const [index, run] of ledger.entries()) {
      const before = ledger[index - 1];
      if (before === undefined || run.attempt !== before.attempt + 1) continue;
      const from = truth.get(before.containerID)?.exitedAt ?? before.finishedAt;
      const start = truth.get(run.containerID)?.startedAt ?? run.startedAt ?? run.finishedAt;
      if (from !== null && start !== null) waits.push({ uid: record.pod.uid, container: name, from, start, before });
    }
  }
  return waits;
}

function groupOf(timeline: Timeline, record: PodRecord, wait: Wait): string {
  const node = timeline.head.backoffs.get(record.pod.spec.nodeName);
  if (node?.kubeletStarts.some((t) => t > wait.from - 1000 && t <= wait.start + 1000)) return 'kubelet restart';
  const killed = (timeline.head.events.get(wait.uid) ?? []).some(
    (e) => e.reason === 'Killing' && e.involved.container === wait.container && /failed (liveness|startup) probe/.test(e.message),
  );
  return killed && hasKillingProbe(record.pod, wait.container) ? 'probe kill' : 'crash';
}

type Timed = Exclude<NextStart, { kind: 'unknown' }>;

// The predictions shown during a wait, one for each kind: the newest before it was due.
function predictions(timeline: Timeline, wait: Wait): Map<string, Timed> {
  const seen = new Map<string, Timed>();
  for (let at = wait.from; at < wait.start; at = Math.min(timeline.nextArrival(at) ?? wait.start, wait.start)) {
    const state = timeline.stateAt(at);
    const record = state.pods.get(wait.uid);
    const container = record?.containers.find((c) => c.name === wait.container);
    // Until the end of this run has arrived, the countdown of the previous wait is shown.
    if (record === undefined || container?.ledger.at(-1)?.containerID !== wait.before.containerID) continue;
    const next = nextStartAt(state, record, container, at);
    if (next === null || next.at === null) continue;
    const kind = next.kind === 'overdue' ? next.was : next.kind;
    if (!seen.has(kind) || at <= next.at) seen.set(kind, next);
  }
  return seen;
}

async function missesOf(path: string): Promise<Miss[]> {
  const timeline = await loadTimeline(path);
  const truth = readTruth(path.replace(/\.ndjson\.gz$/, '.truth.ndjson'));
  const misses: Miss[] = [];
  for (const record of timeline.head.pods.values()) {
    for (const wait of waitsOf(record, truth)) {
      const group = groupOf(timeline, record, wait);
      for (const [kind, { at, expectedAt, lateAfter, delayMs }] of predictions(timeline, wait)) {
        misses.push({ group, kind, delayMs, lateMs: wait.start - at, offMs: wait.start - expectedAt, windowMs: lateAfter - at });
      }
    }
  }
  return misses;
}

const seconds = (misses: readonly Miss[], of: (miss: Miss) => number) =>
  misses.map((miss) => of(miss) / 1000).toSorted((a, b) => a - b);

function print(name: string, misses: readonly Miss[]): void {
  console.log(`\n${name}, seconds: how late the start was after "at"; how far from "expectedAt"; whether within "lateAfter"`);
  console.log('group            kind        delay     n   median  p50 around it | expected: median  p50 | held  window');
  const groups = Map.groupBy(misses, (m) => `${m.group}|${m.kind}|${String(m.delayMs).padStart(8, '0')}`);
  for (const key of [...groups.keys()].toSorted()) {
    const rows = groups.get(key) as Miss[];
    const first = rows[0] as Miss;
    const median = quantile(
      seconds(rows, (m) => m.lateMs),
      0.5,
    );
    const around = quantile(
      seconds(rows, (m) => Math.abs(m.lateMs - median * 1000)),
      0.5,
    );
    const off = quantile(
      seconds(rows, (m) => m.offMs),
      0.5,
    );
    const offBy = quantile(
      seconds(rows, (m) => Math.abs(m.offMs)),
      0.5,
    );
    const held = rows.filter((m) => m.lateMs >= -TRUNCATION_MS && m.lateMs <= m.windowMs).length / rows.length;
    const width = rows.reduce((sum, m) => sum + m.windowMs, 0) / rows.length / 1000;
    console.log(
      `${first.group.padEnd(16)} ${first.kind.padEnd(10)} ${`${first.delayMs / 1000}s`.padStart(6)} ${String(rows.length).padStart(5)} ` +
        `${median.toFixed(1).padStart(8)} ${around.toFixed(1).padStart(14)} | ${off.toFixed(1).padStart(16)} ${offBy.toFixed(1).padStart(4)} | ` +
        `${`${Math.round(held * 100)}%`.padStart(4)} ${width.toFixed(1).padStart(7)}`,
    );
  }
}

const given = process.argv.slice(2);
const paths = given.length > 0 ? given : ['zoo', 'zoo-1.33'].map((name) => fixture(`recordings/${name}.ndjson.gz`));
for (const path of paths) print(basename(path), await missesOf(path));
