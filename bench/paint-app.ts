/** The measured part of bench/paint.ts: run only as a production bundle, as users run it. */
import { PassThrough, Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { Pod } from '../src/model/pod.ts';
import type { Envelope } from '../src/timeline/envelope.ts';
import { liveAt } from '../src/timeline/playback.ts';
import { Timeline } from '../src/timeline/timeline.ts';
import { Clipboard } from '../src/ui/clipboard.ts';
import { inkGrid } from '../src/ui/ink-grid.tsx';
import { renderApp } from '../src/ui/render-app.tsx';
import { AppStore } from '../src/ui/store.ts';
import { createTheme } from '../src/ui/theme.ts';
import { containerStatus, termination } from '../test/support/container-status.ts';
import { pod } from '../test/support/pod.ts';
import { machine, quantile } from './figures.ts';

const ROWS = 50;
const CHANGING = 3;
const FRAMES = 200;
const SIZE = { columns: 170, rows: 54 };

class Screen extends Writable {
  readonly isTTY = true;
  readonly columns = SIZE.columns;
  readonly rows = SIZE.rows;
  writtenAt = 0;
  bytes = 0;
  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.writtenAt = performance.now();
    this.bytes += chunk.length;
    done();
  }
}

/** A crash-looping pod: it has ended `restarts + 1` times. */
function crashed(number: number, restarts: number, now: number): Pod {
  const finishedAt = now - 1000 * ((number % 20) + 1);
  const end = termination({ containerID: `containerd://${number}-${restarts}`, startedAt: finishedAt - 4000, finishedAt });
  return pod({
    uid: `uid-${number}`,
    namespace: 'payments',
    name: `api-7d9f8c6b5-${number.toString(36).padStart(5, 'x')}`,
    createdAt: now - 3_600_000,
    containers: [
      containerStatus({ restartCount: restarts, containerID: end.containerID, state: { type: 'terminated', ...end } }),
    ],
  });
}

const clock = { now: () => Date.now() };
const started = clock.now();
const timeline = new Timeline(started);
const listed: Envelope = {
  type: 'snapshot',
  kind: 'Pod',
  namespace: null,
  more: false,
  at: started,
  line: 0,
  items: Array.from({ length: ROWS + 20 }, (_, i) => crashed(i, 6, started)),
};
timeline.append(listed);

const stdout = new Screen();
const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => stdin, ref: () => stdin, unref: () => stdin });
const session = {
  kind: 'live' as const,
  timeline,
  source: {
    kind: 'cluster' as const,
    name: 'prod-eu',
    context: 'prod-eu',
    serverVersion: 'v1.35.4',
    namespaces: null,
    selector: null,
  },
  playback: liveAt(started, timeline),
  clock,
  connection: () => ({ phase: 'live' as const, heardAt: clock.now() }),
  notices: () => [],
  subscribe: () => () => {},
  getObject: async () => ({}),
};
// No timer draws by itself: each frame is drawn when it is measured.
const clipboard = new Clipboard({ write: () => {}, multiplexer: null });
const store = new AppStore(session, { start: () => null, stop: () => {} }, SIZE, { clipboard, explain: async () => '' }, inkGrid);
const streams = {
  stdin: stdin as unknown as NodeJS.ReadStream,
  stdout: stdout as unknown as NodeJS.WriteStream,
  stderr: process.stderr,
};
const app = renderApp(store, createTheme(1), streams, null);
await pause(300);
for (const key of process.argv.slice(2)) store.press([key]);
await pause(300);

const times: number[] = [];
stdout.bytes = 0;
const used = process.cpuUsage();
for (let frame = 0; frame < FRAMES; frame++) {
  const now = clock.now();
  for (let i = 0; i < CHANGING; i++) {
    const object = crashed((frame * CHANGING + i) % ROWS, 7 + Math.floor((frame * CHANGING + i) / ROWS), now);
    timeline.append({ type: 'object', verb: 'MODIFIED', at: now, line: 0, object });
  }
  const begun = performance.now();
  store.wake();
  await app.waitUntilRenderFlush();
  if (stdout.writtenAt > begun) times.push(stdout.writtenAt - begun);
  await pause(50);
}
const { user, system } = process.cpuUsage(used);
app.unmount();
times.sort((a, b) => a - b);
console.log(machine());
console.log(
  `${ROWS} rows, ${CHANGING} changing, ${SIZE.columns}x${SIZE.rows}, ${times.length} frames: ` +
    `p50 ${quantile(times, 0.5).toFixed(1)} ms, p95 ${quantile(times, 0.95).toFixed(1)} ms, ${(stdout.bytes / FRAMES / 1000).toFixed(1)} kB and ${((user + system) / FRAMES / 1000).toFixed(1)} ms of CPU a frame`,
);
