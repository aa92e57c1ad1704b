/**
 * The API server of churn.ts, in a process of its own: `node bench/churn-server.ts PODS PER_SECOND
 * SECONDS`, with an IPC channel.
 */
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { page } from '../test/api-server/answers.ts';
import { startApiServer } from '../test/api-server/api-server.ts';
import { fixture } from './figures.ts';

const [pods = 1000, perSecond = 1000, seconds = 20] = process.argv.slice(2).map(Number);
const TICK_MS = 20;
const VERSION = '"resourceVersion":"';

/**
 * Real Pods with all their managedFields, as a watch sends them, each in two halves: before and
 * after its resourceVersion.
 */
function halves(): (readonly [string, string])[] {
  const lines = readFileSync(fixture('http/watchlist.txt'), 'utf8').split('\n');
  const templates = lines.filter((line) => line.startsWith('{"type":"ADDED"'));
  return Array.from({ length: pods }, (_, i) => {
    const object = JSON.parse(templates[i % templates.length] as string).object;
    object.metadata.name += `-${i}`;
    object.metadata.uid = `uid-${i}`;
    const text = JSON.stringify(object);
    const from = text.indexOf(VERSION) + VERSION.length;
    return [text.slice(0, from), text.slice(text.indexOf('"', from))] as const;
  });
}

const all = halves();
let version = 1000;

function line(type: string, index: number, of: number): string {
  const [before, after] = all[index % all.length] as readonly [string, string];
  return `{"type":"${type}","object":${before}${of}${after}}\n`;
}

async function churn(response: ServerResponse): Promise<void> {
  const begun = performance.now();
  let sent = 0;
  while (sent < perSecond * seconds && !response.destroyed) {
    const due = Math.min(perSecond * seconds, Math.floor(((performance.now() - begun) / 1000) * perSecond));
    let text = '';
    for (; sent < due; sent++) text += line('MODIFIED', sent, ++version);
    if (text !== '' && !response.write(text)) await new Promise((resolve) => response.once('drain', resolve));
    await sleep(TICK_MS);
  }
  process.send?.({ sent });
}

const server = await startApiServer({
  'stream pods': [
    async (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      for (const index of all.keys()) response.write(line('ADDED', index, version));
      const metadata = { resourceVersion: String(version), annotations: { 'k8s.io/initial-events-end': 'true' } };
      response.write(`${JSON.stringify({ type: 'BOOKMARK', object: { metadata } })}\n`);
      await sleep(2000);
      process.send?.({ begins: true });
      await churn(response);
    },
  ],
  'list events': [page([], '1')],
  'watch events': [(_, response) => void response.writeHead(200).flushHeaders()],
});
const bytes = all.reduce((sum, [before, after]) => sum + before.length + after.length, 0) / all.length;
process.send?.({ kubeconfig: server.kubeconfig(), bytes });
process.once('disconnect', () => void server.close());
