/**
 * How honest is the countdown? Over the recordings with truth: actual start minus the predicted `at`, for each wait between two
 * runs, by kind of prediction and delay. Actual starts are containerd's own (a start that failed has none there: the kubelet's
 * second is taken). Waits that a probe kill or a restart of the kubelet ended stand apart: no published rule holds for those.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { NextStart } from '../src/model/backoff.ts';
import { hasKillingProbe } from '../src/model/pod.ts';
import type { Run } from '../src/model/run.ts';
import type { PodRecord } from '../src/timeline/cluster-state.ts';
import type { Timeline } from '../src/timeline/timeline.ts';
import { nextStartAt } from '../src/view/problems.ts';
import { fixture, quantile } from './figures.ts';
import { loadTimeline } from './load-timeline.ts';

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
  readonly lateMs: number;
}

function readTruth(file: string): Map<string, { startedAt: number; exitedAt: number }> {
  const byID = new Map<string, { startedAt: number; exitedAt: number }>();
  for (const line of gunzipSync(readFileSync(file)).toString().trim().split('\n')) {
    const run = JSON.parse(line) as { containerID: string; startedAt: string; exitedAt: string };
    byID.set(run.containerID, { startedAt: Date.parse(run.startedAt), exitedAt: Date.parse(run.exitedAt) });
  }
  return byID;
}

function waitsOf(record: PodRecord, truth: ReturnType<typeof readTruth>): Wait[] {
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

// The predictions that a reader saw during a wait, one for each kind: the first estimate, and what was published.
function predictions(timeline: Timeline, wait: Wait): Map<string, NextStart & { at: number }> {
  const seen = new Map<string, NextStart & { at: number }>();
  for (let at = wait.from; at < wait.start; at = Math.min(timeline.nextArrival(at) ?? wait.start, wait.start)) {
    const state = timeline.stateAt(at);
    const record = state.pods.get(wait.uid);
    const container = record?.containers.find((c) => c.name === wait.container);
    // Until the end of this run has arrived, a reader sees the countdown of the wait before it.
    if (record === undefined || container?.ledger.at(-1)?.containerID !== wait.before.containerID) continue;
    const next = nextStartAt(state, record, container, at);
    if (next === null || next.at === null) continue;
    const kind = next.kind === 'overdue' ? next.was : next.kind;
    if (!seen.has(kind)) seen.set(kind, next);
  }
  return seen;
}

function missesOf(name: string): Promise<Miss[]> {
  return loadTimeline(fixture(`recordings/${name}.ndjson.gz`)).then((timeline) => {
    const truth = readTruth(fixture(`recordings/${name}.truth.ndjson.gz`));
    const misses: Miss[] = [];
    for (const record of timeline.head.pods.values()) {
      for (const wait of waitsOf(record, truth)) {
        const group = groupOf(timeline, record, wait);
        for (const [kind, next] of predictions(timeline, wait)) {
          misses.push({ group, kind, delayMs: next.delayMs as number, lateMs: wait.start - next.at });
        }
      }
    }
    return misses;
  });
}

function print(name: string, misses: readonly Miss[]): void {
  console.log(`\n${name}: actual start minus predicted start, seconds`);
  console.log('group            kind        delay     n   median      p95  started before');
  const groups = Map.groupBy(misses, (m) => `${m.group}|${m.kind}|${String(m.delayMs).padStart(8, '0')}`);
  for (const key of [...groups.keys()].toSorted()) {
    const rows = groups.get(key) as Miss[];
    const first = rows[0] as Miss;
    const late = rows.map((m) => m.lateMs / 1000).toSorted((a, b) => a - b);
    const early = late.filter((s) => s < 0).length / late.length;
    console.log(
      `${first.group.padEnd(16)} ${first.kind.padEnd(10)} ${`${first.delayMs / 1000}s`.padStart(6)} ${String(rows.length).padStart(5)} ` +
        `${quantile(late, 0.5).toFixed(1).padStart(8)} ${quantile(late, 0.95).toFixed(1).padStart(8)} ${`${Math.round(early * 100)}%`.padStart(8)}`,
    );
  }
}

for (const name of ['zoo', 'zoo-1.33']) print(name, await missesOf(name));
