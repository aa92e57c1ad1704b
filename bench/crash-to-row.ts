/**
 * From the end of a container in containerd to its row on the screen, on a real cluster that
 * test/cluster/settings.ts names (with a CRASHTOP_CLUSTER_TOOL):
 * `KUBECONFIG=... node bench/crash-to-row.ts [SECONDS]`. Applies the scenario, watches it in a pty
 * of 200x54, and deletes it. Reports three times: until the API's report of the end arrived here
 * (kubelet, API server, network), from there until the row had changed, and the total.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import type { RecordingLine } from '../src/recording/line.ts';
import { allSessionFiles } from '../src/recording/session-files.ts';
import { objectOf, stringOf } from '../src/text/json.ts';
import { clusterSettings } from '../test/cluster/settings.ts';
import { TestCluster } from '../test/cluster/test-cluster.ts';
import { linesOf } from '../test/cluster/watched-session.ts';
import { machine, quantile } from './figures.ts';

const [seconds = 300] = process.argv.slice(2).map(Number);
const COLUMNS = 200;
const ROWS = 54;
// A later change has another reason.
const LATEST_MS = 5000;
const bin = fileURLToPath(new URL('../bin/crashtop.js', import.meta.url));

/** A row of a single container that changed to say that it has ended. */
interface Ended {
  readonly pod: string;
  readonly at: number;
}

/** Reads the rows after each paint, and records when each stops saying that its container runs. */
class RowWatcher {
  readonly ended: Ended[] = [];
  readonly #terminal = new xterm.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true });
  readonly #saidEnded = new Set<string>();

  take(data: string): void {
    const at = Date.now();
    this.#terminal.write(data, () => this.#read(at));
  }

  #read(at: number): void {
    const { active } = this.#terminal.buffer;
    for (let y = 0; y < ROWS; y++) {
      const text = active.getLine(active.baseY + y)?.translateToString(true) ?? '';
      // Skips rows of workloads with several pods, and rows that name a container.
      const pod = /^[ >] {2}([a-z0-9.-]+\/[a-z0-9.-]+) +\d/.exec(text)?.[1];
      if (pod === undefined) continue;
      const runs = /\b(?:running|holding|stable) /.test(text);
      if (!runs && !this.#saidEnded.has(pod)) this.ended.push({ pod, at });
      if (runs) this.#saidEnded.delete(pod);
      else this.#saidEnded.add(pod);
    }
  }
}

/**
 * When the end of each run first arrived, epoch ms, and its pod; without those in the first list.
 */
function arrivals(startedAt: number, lines: readonly RecordingLine[]): Map<string, Ended> {
  const told = new Map<string, Ended>();
  const before = new Set<string>();
  for (const line of lines) {
    const objects = line.type === 'snapshot' ? line.items : 'object' in line ? [line.object] : [];
    for (const object of objects) {
      const { namespace, name } = objectOf(object.metadata);
      for (const id of endsOf(objectOf(object.status))) {
        if (line.type === 'snapshot') before.add(id);
        if (!told.has(id) && !before.has(id)) told.set(id, { pod: `${namespace}/${name}`, at: startedAt + line.t });
      }
    }
  }
  return told;
}

function endsOf(status: ReturnType<typeof objectOf>): string[] {
  const statuses = [status.initContainerStatuses, status.containerStatuses].flatMap((all) => (Array.isArray(all) ? all : []));
  return statuses
    .flatMap((one) => [objectOf(one).state, objectOf(one).lastState])
    .map((state) => stringOf(objectOf(objectOf(state).terminated).containerID))
    .filter((id) => id !== '');
}

function print(what: string, figures: readonly number[]): void {
  const sorted = figures.toSorted((a, b) => a - b);
  const ms = (q: number) => `${quantile(sorted, q).toFixed(0)} ms`;
  console.log(`${what}: ${sorted.length} crashes, median ${ms(0.5)}, p95 ${ms(0.95)}, longest ${ms(1)}`);
}

const settings = clusterSettings(process.env);
if (settings.tool === null) throw new Error('set CRASHTOP_CLUSTER_TOOL: containerd says when a container ended');
const cluster = new TestCluster(settings);
const folder = mkdtempSync(join(tmpdir(), 'crashtop-bench-'));
const rows = new RowWatcher();
const env = { ...process.env, XDG_STATE_HOME: folder, TERM: 'xterm-256color' };
try {
  await cluster.clear();
  await cluster.listen();
  const terminal = spawn(process.execPath, [bin, '-A'], { cols: COLUMNS, rows: ROWS, env });
  const exited = new Promise<void>((resolve) => terminal.onExit(() => resolve()));
  terminal.onData((data) => rows.take(data));
  await pause(3000);
  await cluster.apply();
  await pause(seconds * 1000);
  terminal.write('q');
  await exited;
} finally {
  await cluster.stopListening();
  await cluster.clear();
}

const toArrival: number[] = [];
const toRow: number[] = [];
const whole: number[] = [];
for (const { path } of await allSessionFiles(join(folder, 'crashtop'))) {
  const { startedAt, lines } = await linesOf(path);
  for (const [id, { pod, at }] of arrivals(startedAt, lines)) {
    const exitedAt = cluster.truth?.get(id)?.exitedAt ?? null;
    if (exitedAt === null) continue;
    toArrival.push(at - exitedAt);
    // Arrival times are exact to the millisecond.
    const painted = rows.ended.find((row) => row.pod === pod && row.at >= at - 1 && row.at < at + LATEST_MS);
    if (painted === undefined) continue;
    toRow.push(painted.at - at);
    whole.push(painted.at - exitedAt);
  }
}
rmSync(folder, { recursive: true });
console.log(machine());
print('end in containerd to arrival', toArrival);
print('arrival to row', toRow);
print('end in containerd to row', whole);
