import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Pty } from '../support/pty.ts';
import { type Comparison, compareRuns, type LedgerRun, type Stretch } from './compare-runs.ts';
import { clusterSettings } from './settings.ts';
import { type Component, TestCluster } from './test-cluster.ts';
import type { ToldRun } from './told-runs.ts';
import { linesOf, openScreen, Recorder, runsOf } from './watched-session.ts';

const settings = clusterSettings(process.env);
const cluster = new TestCluster(settings);
const folder = mkdtempSync(join(tmpdir(), 'crashtop-cluster-'));
const recording = join(folder, 'session.ndjson.gz');
const env = { KUBECONFIG: settings.kubeconfig, XDG_STATE_HOME: folder };

const LIVE = /● live, data \S+ old/;
const NOT_CONNECTED = /✗ NOT CONNECTED, data \S+ old/;
const HAS_PROBLEMS = /^ \d+ (down|degraded|available)/m;
// A component that was killed is asked for again after 30 s at most, and has to list everything then.
const RECOVERY_MS = 90_000;
// What is on its way to one of those who listen, when another has it already.
const LAST_ARRIVALS_MS = 5000;

const hasTool = settings.tool !== null;
const faultsAre = hasTool ? '' : ' (skipped: CRASHTOP_CLUSTER_TOOL is not set, so nothing can be killed)';
const dead: { readonly component: Component; readonly stretch: Stretch }[] = [];
let screen: Pty;
let recorder: Recorder;
let endedAt = 0;
/** What the API had told when the end began. */
let due: ReadonlyMap<string, ToldRun> = new Map();

beforeAll(async () => {
  await cluster.clear();
  await cluster.listen();
  screen = openScreen(env);
  recorder = new Recorder(recording, env);
  await cluster.apply();
});

afterAll(async () => {
  screen?.kill('SIGKILL');
  recorder?.kill();
  await cluster.startAll();
  await cluster.stopListening();
  await cluster.clear();
  rmSync(folder, { recursive: true, force: true });
});

const headerOf = (text: string) => (text.split('\n')[0] ?? '').trim().replaceAll(/\s{2,}/g, '  ');
const say = (words: string) => console.log(`test:cluster: ${words}`);

/** The status that the header gave each half second, without repetitions and figures. */
async function statusesDuring(ms: number): Promise<string[]> {
  const seen: string[] = [];
  for (const end = Date.now() + ms; Date.now() < end; await pause(500)) {
    const [status] = /[●◌✗] [A-Za-z ]+/.exec(headerOf(screen.text())) ?? ['?'];
    if (seen.at(-1) !== status) seen.push(status);
  }
  return seen;
}

describe('a session on a real cluster', () => {
  it('shows the crash loops, and that it is live', async () => {
    await screen.until((text) => LIVE.test(text) && HAS_PROBLEMS.test(text));
    await pause(settings.settleMs);
    cluster.beginDue();
    say(headerOf(screen.text()));
  });

  it.skipIf(!hasTool).each(['kubelet', 'apiserver', 'etcd', 'containerd'] as const)(
    `outlives a dead %s${faultsAre}`,
    async (component) => {
      const from = Date.now();
      await cluster.kill(component);
      if (component === 'apiserver') await screen.until((text) => NOT_CONNECTED.test(text));
      const statuses = await statusesDuring(settings.faultMs);
      // Who has nothing to do with the API server's answers does not make the screen doubt them.
      if (component === 'kubelet' || component === 'containerd') expect(statuses).toEqual(['● live']);
      const said = headerOf(screen.text());
      await cluster.start(component);
      const back = Date.now();
      await screen.until((text) => LIVE.test(text));
      dead.push({ component, stretch: { from, to: back } });
      say(
        `${component} dead for ${seconds(back - from)}: ${statuses.join(', ')}; live again ${seconds(Date.now() - back)} after it was back`,
      );
      say(`  while it was dead: ${said}`);
      say(`  after that: ${(await statusesDuring(settings.settleMs)).join(', ')}`);
      // A server that has just begun may refuse at first, and is asked again later.
      await screen.until((text) => LIVE.test(text));
    },
  );

  it('ends at once, and leaves the terminal as it was', async () => {
    due = new Map(cluster.due);
    endedAt = Date.now();
    await pause(LAST_ARRIVALS_MS);
    const begun = performance.now();
    screen.send('q');
    const { code } = await screen.exited;
    say(`q to the shell: ${Math.round(performance.now() - begun)} ms, some 100 of them the test's own`);
    expect(code).toBe(0);
    expect(screen.text()).toContain('exit code: 0');
    expect(screen.isOnAlternateScreen).toBe(false);
    expect(screen.showsCursor).toBe(true);
    expect(screen.text()).toMatch(/\sicanon\s/);
    expect(screen.text()).toMatch(/\secho\s/);
    expect(await recorder.stop()).toBe(0);
    // Nobody else vouches for what came last where nobody asks containerd.
    await pause(LAST_ARRIVALS_MS);
    await cluster.dismissWitness();
  });

  it.each([
    ['the recording', recording],
    ['the session’s own history', 'the last session'],
  ])('lost no run that the API told, and invented none: %s', async (name, file) => {
    const { told, truth, blind } = cluster;
    const ledger = await runsOf(file, env);
    const compared = compareRuns({ ledger, told: told.runs, due, truth, blind });
    // Of what began at the very end, nobody could tell any more.
    const untold = compared.untold.filter((run) => run.startedAt < endedAt);
    say(summary(name, ledger, { ...compared, untold }));
    for (const run of untold) say(`  the API never told of ${run.containerID}, ${whenOf(run.startedAt, run.exitedAt)}`);
    expect(ledger.length).toBeGreaterThan(0);
    expect({ lost: compared.lost, invented: compared.invented, twice: compared.twice, wrong: compared.wrong }).toEqual({
      lost: [],
      invented: [],
      twice: [],
      wrong: [],
    });
  });

  it.skipIf(!hasTool)(`has a gap for the time without an API server${faultsAre}`, async () => {
    const { startedAt, lines } = await linesOf(recording);
    const gaps = lines.flatMap((line) => (line.type === 'gap' && line.kind === 'Pod' && line.open !== true ? [line] : []));
    for (const { from, t, reason, resumed } of gaps)
      say(
        `gap of ${seconds(t - from)} from ${clock(startedAt + from)}, ${resumed === true ? 'resumed' : 'then listed'}: ${reason}`,
      );
    for (const { component, stretch } of dead) {
      if (component !== 'apiserver') continue;
      const covers = gaps.some((gap) => startedAt + gap.from <= stretch.from + 2000 && startedAt + gap.t >= stretch.to - 2000);
      expect(covers, `no gap from ${clock(stretch.from)} to ${clock(stretch.to)}`).toBe(true);
    }
  });
});

function summary(name: string, ledger: readonly LedgerRun[], compared: Comparison): string {
  const { found, failedStarts, lost, invented, twice, wrong, untold } = compared;
  const { told, truth } = cluster;
  return (
    `${name}: ${ledger.length} runs, ${found} of them among containerd's ${truth?.size ?? 'unknown'}, ${failedStarts} starts that failed; ` +
    `the API told kubectl of ${told.runs.size} (${told.received} arrivals); lost ${lost.length}, invented ${invented.length}, ` +
    `twice ${twice.length}, wrong ${wrong.length}, untold ${untold.length}`
  );
}

function whenOf(startedAt: number, exitedAt: number | null): string {
  const fault = dead.find(
    ({ stretch }) => startedAt <= stretch.to + RECOVERY_MS && (exitedAt ?? Number.POSITIVE_INFINITY) >= stretch.from,
  );
  const when = `from ${clock(startedAt)} to ${exitedAt === null ? 'now' : clock(exitedAt)}`;
  return fault === undefined
    ? when
    : `${when}; ${fault.component} was dead from ${clock(fault.stretch.from)} to ${clock(fault.stretch.to)}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function clock(at: number): string {
  return new Date(at).toISOString().slice(11, 23);
}
