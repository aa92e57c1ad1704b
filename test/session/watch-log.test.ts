import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { watch } from '../../src/session/watch-cluster.ts';
import { WatchLog } from '../../src/session/watch-log.ts';
import { BOUNDS } from '../../src/sources/kubernetes/bounds.ts';
import type { RequestOutcome } from '../../src/sources/kubernetes/http/request-outcome.ts';
import type { ReflectorStep } from '../../src/sources/kubernetes/watch/reflector.ts';
import { IDLE, type ReflectorEvent, type ReflectorState } from '../../src/sources/kubernetes/watch/reflector-state.ts';
import { step } from '../../src/sources/kubernetes/watch/reflector-step.ts';
import { event, failure, json, page, text, watch as watching } from '../api-server/answers.ts';
import { startApiServer } from '../api-server/api-server.ts';
import { commandTerminal, Written } from '../support/command-terminal.ts';
import { systemNow, untilSo } from '../support/real-time.ts';

const NOW = Date.parse('2026-11-22T15:00:00Z');

/** A log that keeps its lines, at a time that a test sets. */
function watchLog() {
  const lines: string[] = [];
  const clock = { at: NOW, now: () => clock.at };
  const log = new WatchLog({ write: (topic, words) => lines.push(`${topic} ${words}`) }, clock);
  return { log, lines, clock };
}

/** What a reflector does with these events, as the log is told. */
function follow(log: WatchLog, events: readonly ReflectorEvent[], from: ReflectorState = IDLE): void {
  let state = from;
  for (const given of events) {
    const next = step(state, given, 0, BOUNDS);
    const told: ReflectorStep = {
      kind: 'Pod',
      namespace: 'shop',
      event: given,
      from: state,
      to: next.state,
      actions: next.actions,
    };
    log.step(told);
    state = next.state;
  }
}

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

describe('the log of a watched cluster', () => {
  it('has a line for each request: path, status, how it ended, time and size', () => {
    const { log, lines } = watchLog();
    log.request({ path: '/api/v1/pods', status: 200, ms: 34, bytes: 12_345, end: 'whole' });
    log.request({ path: '/version', status: null, ms: 2, bytes: 0, end: 'network' });
    expect(lines).toEqual([
      'request GET /api/v1/pods 200 whole 34 ms 12345 bytes',
      'request GET /version - network 2 ms 0 bytes',
    ]);
  });

  it('has a line for each step of a reflector: event, states, what is done', () => {
    const { log, lines } = watchLog();
    const failed = { kind: 'network', detail: 'socket hang up', retryAfterMs: null, silentSince: null } as const;
    follow(log, [
      { type: 'start', at: NOW },
      { type: 'opened', generation: 1, at: NOW },
      { type: 'failed', generation: 1, failure: failed, at: NOW },
    ]);
    expect(lines).toEqual([
      'watch Pod shop: start: idle -> streaming; stream',
      'watch Pod shop: opened: streaming',
      expect.stringMatching(/^watch Pod shop: failed network: streaming -> waiting; .*wait \d+ ms, .*failure network$/),
    ]);
  });

  it('counts what arrives, and says it each second or before what comes next', () => {
    const { log, lines, clock } = watchLog();
    const from: ReflectorState = {
      ...IDLE,
      listed: true,
      generation: 1,
      phase: { type: 'watching', openedAt: NOW, arrivals: 1, settled: true, gapFrom: null },
    };
    const arrived = (verb: 'ADDED' | 'MODIFIED'): ReflectorEvent => {
      const object = { metadata: { name: 'web', uid: 'u', resourceVersion: '7' } };
      return { type: 'arrived', generation: 1, verb, object, at: clock.at };
    };
    follow(log, [arrived('ADDED'), arrived('MODIFIED'), arrived('MODIFIED')], from);
    expect(lines).toEqual([]);
    clock.at += 1000;
    follow(log, [arrived('ADDED'), { type: 'closed', generation: 1, at: clock.at }], from);
    expect(lines.slice(0, 2)).toEqual([
      'watch Pod shop: 1 ADDED, 2 MODIFIED since 15:00:00.000',
      'watch Pod shop: 1 ADDED since 15:00:01.000',
    ]);
    expect(lines[2]).toMatch(/^watch Pod shop: closed: /);
  });
});

const token = fc.stringMatching(/^[A-Za-z0-9]{16,40}$/);

describe('a token that stands anywhere but in the name of an object', () => {
  it('is in no line about a reflector, whatever a server sends', () => {
    const events = (secret: string): fc.Arbitrary<ReflectorEvent> => {
      const object = fc.constant({ metadata: { name: secret, uid: secret, resourceVersion: secret }, data: { secret } });
      const generation = fc.integer({ min: 1, max: 3 });
      const at = fc.constant(NOW);
      const failed = fc.record({
        kind: fc.constantFrom('network', 'expired', 'forbidden', 'busy', 'unreadable', 'silent' as const),
        detail: fc.constant(`it said: ${secret}`),
        retryAfterMs: fc.constantFrom(null, 1000),
        silentSince: fc.constant(null),
      });
      return fc.oneof(
        fc.record({ type: fc.constant('start' as const), at }),
        fc.record({ type: fc.constantFrom('opened', 'settled', 'closed', 'waited'), generation, at }),
        fc.record({ type: fc.constant('failed' as const), generation, failure: failed, at }),
        fc.record({
          ...{ type: fc.constant('arrived' as const), generation, at, object },
          verb: fc.constantFrom('ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK'),
        }),
        fc.record({
          ...{ type: fc.constant('page' as const), generation, at },
          page: fc.record({
            items: fc.array(object, { maxLength: 3 }),
            resourceVersion: fc.constant(secret),
            continue: fc.constantFrom('', secret),
          }),
        }),
      ) as fc.Arbitrary<ReflectorEvent>;
    };
    const sequence = token.chain((secret) => fc.tuple(fc.constant(secret), fc.array(events(secret), { maxLength: 30 })));
    fc.assert(
      fc.property(sequence, ([secret, given]) => {
        const { log, lines } = watchLog();
        follow(log, given);
        expect(lines.join('\n')).not.toContain(secret);
      }),
    );
  });

  it('is in no line of a session: kubeconfig, plug-in, headers, query, refusals, objects, logs', async () => {
    const secret = fc.sample(token, 1)[0] as string;
    // The session asks for logs of the last half hour, by the machine's clock.
    const [startedAt, finishedAt] = [20_000, 10_000].map((ago) => new Date(systemNow() - ago).toISOString());
    const died = { startedAt, finishedAt };
    const status = {
      phase: 'Running',
      containerStatuses: [
        {
          ...{ name: 'app', ready: false, restartCount: 3, image: 'x', imageID: 'x', containerID: 'containerd://b' },
          state: { waiting: { reason: 'CrashLoopBackOff', message: `back-off ${secret}` } },
          lastState: { terminated: { ...died, exitCode: 1, reason: 'Error', containerID: 'containerd://a', message: secret } },
        },
      ],
    };
    const pod = (name: string) => ({
      metadata: { name, namespace: 'shop', uid: `uid-${name}`, resourceVersion: '5', annotations: { note: secret } },
      spec: { containers: [{ name: 'app', image: 'x', env: [{ name: 'KEY', value: secret }] }] },
      status,
    });
    const server = await startApiServer({
      version: [json({ gitVersion: secret })],
      'contact pods': [failure(401, 'Unauthorized', secret), page([], '5')],
      'list pods': [page([pod('web'), pod('api')], '5', secret), page([pod('db')], '5')],
      'watch pods': [watching(event('MODIFIED', pod('web'))), failure(500, 'InternalError', secret)],
      'list events': [failure(403, 'Forbidden', secret)],
      'log shop/web': [text(`${secret}\n`)],
      'log shop/api': [failure(400, 'BadRequest', secret)],
    });
    cleanUp.push(() => server.close());
    const directory = mkdtempSync(join(tmpdir(), 'crashtop-watch-log-'));
    cleanUp.push(() => rmSync(directory, { recursive: true }));
    const command = join(directory, 'login');
    const given = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token: secret } };
    writeFileSync(command, `#!/bin/sh\necho ${secret} >&2\ncat <<'EOT'\n${JSON.stringify(given)}\nEOT\n`);
    chmodSync(command, 0o755);
    const exec = { apiVersion: given.apiVersion, command, env: [{ name: 'KEY', value: secret }], interactiveMode: 'Never' };
    const lines: string[] = [];
    const debugLog = { write: (topic: string, words: string) => lines.push(`${topic} ${words}`) };
    const terminal = { ...commandTerminal(new Written(), new Written()), debugLog: debugLog as never };
    const kubeconfig = server.kubeconfig({ user: { token: undefined, exec } });
    const cluster = watch({ kubeconfig, selector: `app=${secret}` }, terminal, true);
    cleanUp.push(() => cluster.stop());
    void drained(cluster.arrivals);
    const has = (line: RegExp) => lines.some((l) => line.test(l));
    await untilSo(() => has(/GET .*\/web\/log 200 whole/) && has(/GET .*\/api\/log 400/) && has(/GET \/api\/v1\/events 403/));
    expect(server.requests.some(({ headers, query }) => `${headers.authorization} ${query}`.includes(secret))).toBe(true);
    expect(lines.join('\n')).not.toContain(secret);
    expect(has(/^request GET \/api\/v1\/pods 401/)).toBe(true);
    expect(has(/^watch Pod \(all namespaces\): page of 2, more follow: /)).toBe(true);
  });
});

async function drained(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream);
}

describe('a request', () => {
  it('is told once when it is whole, cancelled or broken off, and a stream also when it opens', async () => {
    const server = await startApiServer({ 'list pods': [page([], '5')], 'watch pods': [watching(event('ADDED', {}))] });
    cleanUp.push(() => server.close());
    const outcomes: RequestOutcome[] = [];
    const { ApiConnection } = await import('../../src/sources/kubernetes/http/connection.ts');
    const connection = new ApiConnection({
      ...{ kubeconfig: server.kubeconfig(), env: {}, clock: { now: () => NOW }, userAgent: 'crashtop/test' },
      onRequest: (outcome) => outcomes.push(outcome),
    });
    cleanUp.push(() => connection.close());
    await connection.get('/api/v1/pods', { limit: 500 });
    const { bytes } = await connection.stream('/api/v1/pods', { watch: true }, { protobuf: false });
    for await (const _ of bytes) break;
    const cancel = new AbortController();
    const cancelled = await connection.stream('/api/v1/pods', { watch: true }, { protobuf: false, signal: cancel.signal });
    cancel.abort();
    await expect(drained(cancelled.bytes)).rejects.toThrow();
    expect(outcomes.map(({ path, status, end }) => [path, status, end])).toEqual([
      ['/api/v1/pods', 200, 'whole'],
      ['/api/v1/pods', 200, 'opened'],
      ['/api/v1/pods', 200, 'broken'],
      ['/api/v1/pods', 200, 'opened'],
      ['/api/v1/pods', 200, 'cancelled'],
    ]);
    expect(outcomes[0]?.bytes).toBeGreaterThan(0);
  });
});
