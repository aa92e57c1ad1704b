/**
 * 1,000 Pods, 1,000 changes a second for 20 s: how long does decoding delay a key? The API server
 * is a process of its own. `node bench/churn.ts [PODS [PER_SECOND [SECONDS]]]`
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../src/process/system-clock.ts';
import { feed } from '../src/session/arrival-feed.ts';
import { watchCluster } from '../src/sources/kubernetes/cluster-watch.ts';
import { ApiConnection } from '../src/sources/kubernetes/http/connection.ts';
import type { Envelope } from '../src/timeline/envelope.ts';
import { Timeline } from '../src/timeline/timeline.ts';
import { machine } from './figures.ts';

const [pods = 1000, perSecond = 1000, seconds = 20] = process.argv.slice(2).map(Number);
// A timer of 1 ms fires after 1 ms at best: anything above is delay.
const RESOLUTION_MS = 1;

const server = fork(fileURLToPath(new URL('churn-server.ts', import.meta.url)), [pods, perSecond, seconds].map(String));
const [{ kubeconfig, bytes }] = await once(server, 'message');
console.log(machine());
console.log(`${pods} Pods of ${(bytes / 1000).toFixed(1)} kB, ${perSecond} changes a second for ${seconds} s`);

const connection = new ApiConnection({ kubeconfig, env: {}, userAgent: 'crashtop/bench', clock: systemClock });
const watched = watchCluster({ connection, scope: 'all', selector: null, clock: systemClock, logs: false });
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
let longestGc = 0;
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) longestGc = Math.max(longestGc, duration);
}).observe({ entryTypes: ['gc'] });
let arrivals = 0;
let newest = 0;

async function* counted(): AsyncGenerator<Envelope> {
  for await (const { envelope } of watched.arrivals) {
    if (envelope.type === 'object') {
      arrivals++;
      newest = performance.now();
    }
    yield envelope;
  }
}

function report(what: string): void {
  const ms = (ns: number) => `${Math.max(0, ns / 1e6 - RESOLUTION_MS).toFixed(1)} ms`;
  const [p50, p95, p99] = [50, 95, 99].map((p) => ms(delay.percentile(p)));
  console.log(
    `${what}: event loop delay p50 ${p50}, p95 ${p95}, p99 ${p99}, max ${ms(delay.max)}; longest GC ${longestGc.toFixed(1)} ms`,
  );
  longestGc = 0;
}

const timeline = new Timeline(systemClock.now(), 50_000);
const fed = feed(
  timeline,
  counted(),
  () => undefined,
  () => performance.now(),
);
delay.enable();
await once(server, 'message');
report('the list');
delay.reset();
const begun = performance.now();
const used = process.cpuUsage();
const [{ sent }] = await once(server, 'message');
while (arrivals < sent && performance.now() - begun < 2000 * seconds) await new Promise((resolve) => setTimeout(resolve, 10));
const { user, system } = process.cpuUsage(used);
const took = (newest - begun) / 1000;
report('the changes');
console.log(
  `${arrivals} of ${sent} arrived, ${(arrivals / took).toFixed(0)} a second; CPU ${((user + system) / 1e4 / took).toFixed(0)} %`,
);
await watched.stop();
await fed;
server.disconnect();
