import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { collectionPath, type WatchBody } from '../../../../src/sources/kubernetes/http/api-reader.ts';
import { ApiConnection, type ConnectionOptions } from '../../../../src/sources/kubernetes/http/connection.ts';
import { ConnectionError } from '../../../../src/sources/kubernetes/http/connection-error.ts';
import { createDispatcher } from '../../../../src/sources/kubernetes/http/dispatcher.ts';
import {
  type Answer,
  bytes,
  cut,
  end,
  failure,
  hangUp,
  json,
  keepWaiting,
  page,
  recorded,
  reset,
  text,
  watch,
} from '../../../api-server/answers.ts';
import { type ApiServer, type Scenario, startApiServer } from '../../../api-server/api-server.ts';
import { testCertificate } from '../../../api-server/certificate.ts';
import { startHttpsProxy } from '../../../api-server/https-proxy.ts';
import { encodeObject, PROTOBUF_TYPE } from '../../../api-server/kubernetes-protobuf.ts';
import { startHttpProxy, startSocksProxy, type TestProxy } from '../../../api-server/proxies.ts';
import { systemClock, systemNow } from '../../../support/real-time.ts';

const cleanUp: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

async function serve(scenario: Scenario): Promise<ApiServer> {
  const server = await startApiServer(scenario);
  cleanUp.push(() => server.close());
  return server;
}

const JSON_ONLY = { protobuf: false };
const EXEC = 'client.authentication.k8s.io/v1';

function folder(): string {
  const directory = mkdtempSync(join(tmpdir(), 'crashtop-connection-'));
  cleanUp.push(async () => rmSync(directory, { recursive: true }));
  return directory;
}

function connect(
  server: ApiServer,
  changes?: Parameters<ApiServer['kubeconfig']>[0],
  options: Partial<ConnectionOptions> = {},
): ApiConnection {
  const connection = new ApiConnection({
    kubeconfig: server.kubeconfig(changes),
    env: {},
    clock: systemClock,
    userAgent: 'crashtop/test',
    ...options,
  });
  cleanUp.push(() => connection.close());
  return connection;
}

async function failureOf(promise: Promise<unknown>): Promise<ConnectionError> {
  const error = await promise.then(
    () => null,
    (e: unknown) => e,
  );
  if (error instanceof ConnectionError) return error;
  throw new Error(`it did not fail with a ConnectionError but with ${String(error)}`);
}

async function read({ bytes }: WatchBody): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

describe('reading', () => {
  it('gets JSON, texts and streams, with the query, the token and the name of crashtop', async () => {
    const server = await serve({
      'list pods': [json({ items: [] })],
      'log shop/web': [text('one\ntwo\n')],
      'watch pods': [watch(bytes('{"a":1}\n'), end)],
    });
    const connection = connect(server);
    expect(await connection.get('/api/v1/pods', { limit: 500, continue: undefined, labelSelector: 'a in (b,c)' })).toEqual({
      items: [],
    });
    expect(await connection.getText('/api/v1/namespaces/shop/pods/web/log', { previous: true })).toEqual({
      status: 200,
      text: 'one\ntwo\n',
    });
    expect(await read(await connection.stream('/api/v1/pods', { watch: true }, JSON_ONLY))).toBe('{"a":1}\n');
    expect(server.requests.map((r) => r.query.toString())).toEqual([
      'limit=500&labelSelector=a+in+%28b%2Cc%29',
      'previous=true',
      'watch=true',
    ]);
    expect(server.requests[0]?.headers).toMatchObject({
      authorization: 'Bearer token-of-the-test',
      'user-agent': 'crashtop/test',
    });
  });

  it('unpacks lists that come as gzip', async () => {
    const packed = gzipSync(JSON.stringify({ items: ['a'] }));
    const server = await serve({
      'list pods': [
        (request, response) => {
          expect(request.headers['accept-encoding']).toBe('gzip');
          response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed);
        },
      ],
    });
    expect(await connect(server).get('/api/v1/pods')).toEqual({ items: ['a'] });
  });

  it('keeps the connection: thirty requests, no handshake for each', async () => {
    const server = await serve({});
    const connection = connect(server);
    for (let i = 0; i < 30; i++) await connection.get('/version');
    // A second one where the first is not free again when the next request comes.
    expect(new Set(server.requests.map((r) => r.connection)).size).toBeLessThanOrEqual(2);
  });

  it('lets nothing wait for the watches of many namespaces, and counts what it sent', async () => {
    const server = await serve({ 'watch pods': [watch()] });
    const connection = connect(server);
    for (let i = 0; i < 20; i++) await connection.stream('/api/v1/pods', { watch: true }, JSON_ONLY);
    await connection.get('/version');
    expect(connection.requests).toEqual({ total: 21, perSecond: 21 / 60 });
  });

  it('asks below the path of a server that has one', async () => {
    const server = await serve({});
    const connection = connect(server, { cluster: { server: `${server.url}/k8s/clusters/c-1/` } });
    await failureOf(connection.get('/api/v1/pods'));
    expect(server.requests[0]?.path).toBe('/k8s/clusters/c-1/api/v1/pods');
  });

  it('escapes the namespace in a path', () => {
    expect(collectionPath('pods', 'a/../b')).toBe('/api/v1/namespaces/a%2F..%2Fb/pods');
    expect(collectionPath('events', null)).toBe('/api/v1/events');
  });
});

describe('protobuf', () => {
  const PODS = { kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: '10' }, items: [{ metadata: { name: 'a' } }] };
  const BOTH = 'application/vnd.kubernetes.protobuf, application/json';
  const protobuf = { protobuf: true };

  /** A body of that type, packed or not. */
  const body =
    (sent: Uint8Array, code = 200, headers: Readonly<Record<string, string>> = {}): Answer =>
    (_, response) => {
      response.writeHead(code, { 'content-type': PROTOBUF_TYPE, ...headers }).end(sent);
    };

  it('is asked for where lists and watches want it, beside JSON; never by a get', async () => {
    const server = await startApiServer({ 'list pods': [page([], '1')], 'watch pods': [watch(end)] }, { protobuf: true });
    cleanUp.push(() => server.close());
    const connection = connect(server);
    await connection.list('/api/v1/pods', {}, protobuf);
    expect((await connection.stream('/api/v1/pods', { watch: true }, protobuf)).isProtobuf).toBe(true);
    await connection.list('/api/v1/pods', {}, JSON_ONLY);
    expect((await connection.stream('/api/v1/pods', { watch: true }, JSON_ONLY)).isProtobuf).toBe(false);
    await connection.get('/api/v1/pods');
    await connection.get('/version');
    const json = 'application/json';
    expect(server.requests.map((r) => r.headers.accept)).toEqual([BOTH, BOTH, json, json, json, json]);
  });

  it('is read, packed or not, and JSON is read from whoever has nothing else', async () => {
    const packed = body(gzipSync(encodeObject(PODS)), 200, { 'content-encoding': 'gzip' });
    const server = await serve({ 'list pods': [body(encodeObject(PODS)), packed, json(PODS)], 'watch pods': [watch(end)] });
    const connection = connect(server);
    for (let i = 0; i < 3; i++)
      expect(await connection.list('/api/v1/pods', {}, protobuf)).toMatchObject({
        ...PODS,
        items: [{ metadata: { name: 'a' } }],
      });
    expect(server.requests.map((r) => [r.headers.accept, r.headers['accept-encoding']])).toEqual(Array(3).fill([BOTH, 'gzip']));
    expect((await connection.stream('/api/v1/pods', { watch: true }, protobuf)).isProtobuf).toBe(false);
  });

  it.each([
    ['410', 'expired', null],
    ['429', 'busy', 9000],
    ['500', 'server', null],
    ['504', 'server', 1000],
  ])('of a failure is told as its JSON: %s', async (code, kind, retryAfterMs) => {
    const answer =
      code === '504'
        ? recorded('list-future')
        : failure(Number(code), 'x', 'told why', code === '429' ? { 'retry-after': '9' } : {});
    const server = await startApiServer({ 'list pods': [answer] }, { protobuf: true });
    cleanUp.push(() => server.close());
    const connection = connect(server);
    const error = await failureOf(connection.list('/api/v1/pods', {}, protobuf));
    expect(error).toMatchObject({ kind, status: Number(code), retryAfterMs });
    const inJson = await failureOf(connection.list('/api/v1/pods', {}, JSON_ONLY));
    expect({ ...error, message: error.message }).toEqual({ ...inJson, message: inJson.message });
    expect(server.requests.map((r) => r.inProtobuf)).toEqual([true, false]);
  });

  it('that is damaged is told so: a page, its gzip; a failure by its status', async () => {
    const whole = encodeObject(PODS);
    const half = whole.subarray(0, whole.length / 2);
    const server = await serve({
      'list pods': [
        body(half),
        body(gzipSync(half), 200, { 'content-encoding': 'gzip' }),
        body(gzipSync(whole).subarray(0, 30), 200, { 'content-encoding': 'gzip' }),
        body(Buffer.from('<html>'), 502),
      ],
    });
    const connection = connect(server);
    const errors = [];
    for (let i = 0; i < 4; i++) errors.push(await failureOf(connection.list('/api/v1/pods', {}, protobuf)));
    expect(errors.map((e) => [e.kind, e.detail])).toEqual([
      ['unreadable', 'sent damaged protobuf'],
      ['unreadable', 'sent damaged protobuf'],
      ['unreadable', 'sent a damaged gzip stream'],
      ['server', 'HTTP 502'],
    ]);
    expect(errors[0]?.message).toContain(`${server.url} (context "test")`);
  });
});

describe('only GET', () => {
  it('leaves the dispatcher, whoever asks', async () => {
    const server = await serve({});
    const dispatcher = createDispatcher({ rejectUnauthorized: false }, null);
    cleanUp.push(() => dispatcher.destroy());
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const) {
      await expect(dispatcher.request({ origin: server.url, path: '/api/v1/pods', method })).rejects.toThrow(
        'crashtop only reads',
      );
    }
    expect(server.requests).toEqual([]);
    await dispatcher.request({ origin: server.url, path: '/version', method: 'GET' });
    expect(server.requests.map((r) => r.method)).toEqual(['GET']);
  });

  it('is the only method that a request is made with, in one place', () => {
    const directory = fileURLToPath(new URL('../../../../src/sources/kubernetes/', import.meta.url));
    const names = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    const sources = names.map((name) => readFileSync(join(directory, name), 'utf8'));
    expect(sources.join('\n').match(/\bmethod\s*:\s*\S+/g)).toEqual(["method: 'GET',"]);
    expect(sources.join('\n')).not.toMatch(/[^#.]\bfetch\(|https?\.request\(/);
    const imported = sources.flatMap((s) => [...s.matchAll(/import ([^;]*) from '@kubernetes\/client-node'/g)].map((m) => m[1]));
    expect(imported).toEqual(['{ KubeConfig }']);
  });
});

describe('TLS', () => {
  it('does not trust a server that the kubeconfig gives no reason to trust', async () => {
    const server = await serve({});
    const error = await failureOf(connect(server, { cluster: { 'certificate-authority-data': undefined } }).get('/version'));
    expect(error).toMatchObject({ kind: 'tls', exitCode: 3 });
    expect(error.message).toMatch(
      /^cannot trust or be trusted by https:\/\/127\.0\.0\.1:\d+ \(context "test"\): TLS failed: .*; check certificate-authority/,
    );
  });

  it('checks the name, or the one that tls-server-name gives', async () => {
    const server = await serve({});
    const named = (name: string) => connect(server, { cluster: { 'tls-server-name': name } });
    expect((await failureOf(named('other.test').get('/version'))).detail).toContain("does not match certificate's altnames");
    expect(await named('api-server.test').get('/version')).toMatchObject({ gitVersion: 'v1.35.4' });
  });

  it('can be told not to verify', async () => {
    const server = await serve({});
    const cluster = { 'certificate-authority-data': undefined, 'insecure-skip-tls-verify': true };
    expect(await connect(server, { cluster }).get('/version')).toMatchObject({ gitVersion: 'v1.35.4' });
  });
});

describe('the proxy-url of a cluster', () => {
  it.each([
    ['http', startHttpProxy],
    ['socks5', () => startSocksProxy()],
  ])('leads all requests through an %s proxy, on two connections at most', async (_, start: () => Promise<TestProxy>) => {
    const server = await serve({});
    const proxy = await start();
    cleanUp.push(() => proxy.close());
    const connection = connect(server, { cluster: { 'proxy-url': proxy.url } });
    expect(await connection.get('/version')).toMatchObject({ gitVersion: 'v1.35.4' });
    expect(await connection.get('/version')).toMatchObject({ gitVersion: 'v1.35.4' });
    expect([1, 2]).toContain(proxy.tunnels());
  });
});

describe('a proxy', () => {
  async function through(start: () => Promise<TestProxy>): Promise<TestProxy> {
    const proxy = await start();
    cleanUp.push(() => proxy.close());
    return proxy;
  }

  /** A server that only the proxy can find: no name server knows it. */
  const HIDDEN = { server: 'https://api-server.test:1', 'tls-server-name': 'api-server.test' };

  it('over TLS, with a name and a password', async () => {
    const server = await serve({});
    const proxy = await through(() => startHttpsProxy('me', 'secret'));
    const by = (url: string) => connect(server, { cluster: { 'proxy-url': url } });
    expect(await by(proxy.url).get('/version')).toMatchObject({ gitVersion: 'v1.35.4' });
    expect(proxy.tunnels()).toBe(1);
    const error = await failureOf(by(proxy.url.replace('me:', 'you:')).get('/version'));
    expect(error.message).toMatch(
      / by the proxy https:\/\/127\.0\.0\.1:\d+ \(clusters "test": proxy-url\): the proxy asks for a user name and a password \(407\); is the proxy up/,
    );
    expect(error.message).not.toContain('secret');
  });

  it('of SOCKS5, with a name and a password', async () => {
    const server = await serve({});
    const proxy = await through(() => startSocksProxy({ user: 'me', password: 'p@ss word' }));
    const by = (login: string) => connect(server, { cluster: { 'proxy-url': proxy.url.replace('//', `//${login}@`) } });
    expect(await by('me:p%40ss%20word').get('/version')).toMatchObject({ gitVersion: 'v1.35.4' });
    expect(proxy.tunnels()).toBe(1);
    const error = await failureOf(by('me:guessed').get('/version'));
    expect(error).toMatchObject({ kind: 'network', exitCode: 3 });
    expect(error.message).toMatch(/ by the proxy socks5:\/\/127\.0\.0\.1:\d+ \(clusters "test": proxy-url\)/);
    expect(error.message).not.toContain('guessed');
  });

  it('is taken from the environment, but not for loopback', async () => {
    const server = await serve({});
    const env = { HTTPS_PROXY: 'http://127.0.0.1:1' };
    expect(await connect(server, {}, { env }).get('/version')).toMatchObject({ gitVersion: 'v1.35.4' });
    const error = await failureOf(connect(server, { cluster: HIDDEN }, { env }).get('/version'));
    expect(error.message).toBe(
      'cannot reach https://api-server.test:1 (context "test") by the proxy http://127.0.0.1:1 (HTTPS_PROXY): connection refused; is the proxy up, and may you use it?',
    );
    const excepted = { ...env, NO_PROXY: '.test' };
    expect((await failureOf(connect(server, { cluster: HIDDEN }, { env: excepted }).get('/version'))).message).toContain(
      'host name not found',
    );
  });
});

describe('a server without TLS', () => {
  it('is read like another, and given no credentials: anybody could read them on the way', async () => {
    const seen: IncomingMessage[] = [];
    const plain = createServer((request, response) => {
      seen.push(request);
      response.end('{"gitVersion":"v1"}');
    });
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    cleanUp.push(() => new Promise((resolve) => plain.close(() => resolve())));
    const url = `http://127.0.0.1:${(plain.address() as AddressInfo).port}`;
    const cluster = { server: url, 'certificate-authority-data': undefined };
    const connection = connect(await serve({}), { cluster, user: { as: 'bob' } });
    expect(await connection.get('/version')).toEqual({ gitVersion: 'v1' });
    expect(seen[0]?.headers).toMatchObject({ 'impersonate-user': 'bob' });
    expect(seen[0]?.headers.authorization).toBe(undefined);
  });
});

describe('--request-timeout', () => {
  it('ends a get, also in the middle of its answer; and never a stream', async () => {
    const half: Answer = (_, response) => {
      response.writeHead(200).write('{');
    };
    const server = await serve({ version: [keepWaiting, half], 'watch pods': [watch(bytes('{}\n'))] });
    const connection = connect(server, {}, { requestTimeoutMs: 50 });
    const stream = await connection.stream('/api/v1/pods', { watch: true }, JSON_ONLY);
    for (const _ of [1, 2]) {
      const error = await failureOf(connection.get('/version'));
      expect(error).toMatchObject({ kind: 'network', exitCode: 3, detail: 'no answer within 0.05 s (--request-timeout)' });
    }
    for await (const chunk of stream.bytes) {
      expect(String(chunk)).toBe('{}\n');
      break;
    }
  });
});

describe('credentials', () => {
  it('send a user name and a password as Basic authentication', async () => {
    const server = await serve({});
    await connect(server, { user: { token: undefined, username: 'ann', password: 'b:c' } }).get('/version');
    expect(server.requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from('ann:b:c').toString('base64')}`);
  });

  it('ask to act as another user, with groups and a user ID', async () => {
    const server = await serve({});
    const more = { 'as-groups': ['dev', 'ops'], 'as-uid': '7', 'as-user-extra': { 'Example.com/Scopes': ['view', 'all'] } };
    await connect(server, { user: { as: 'bob', ...more } }).get('/version');
    expect(server.requests[0]?.headers).toMatchObject({
      'impersonate-user': 'bob',
      'impersonate-group': 'dev, ops',
      'impersonate-uid': '7',
      'impersonate-extra-example.com%2fscopes': 'view, all',
      authorization: 'Bearer token-of-the-test',
    });
  });

  it('from a file, read anew for each request; while it is away, what it held last', async () => {
    const server = await serve({});
    const file = join(folder(), 'token');
    writeFileSync(file, 'one\n');
    const connection = connect(server, { user: { token: 'less', tokenFile: file } });
    await connection.get('/version');
    writeFileSync(file, 'two\n');
    await connection.get('/version');
    rmSync(file);
    await connection.get('/version');
    expect(server.requests.map((r) => r.headers.authorization)).toEqual(['Bearer one', 'Bearer two', 'Bearer two']);
  });

  it('from the kubeconfig, read again after a 401: the context stays, whatever is current now', async () => {
    const server = await serve({
      version: (request) => (request.headers.authorization === 'Bearer new' ? recorded('version') : recorded('unauthorized')),
    });
    const connection = connect(server);
    const file = server.kubeconfig({ user: { token: 'new' } });
    writeFileSync(file, readFileSync(file, 'utf8').replace('"current-context":"test"', '"current-context":"other"'));
    expect(await connection.get('/version')).toMatchObject({ gitVersion: 'v1.35.4' });
    expect(connection.context).toBe('test');
  });

  it('of a provider that client-node knows', async () => {
    const server = await serve({});
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const token = `${part({ alg: 'none' })}.${part({ exp: 4_000_000_000 })}.x`;
    const authProvider = { name: 'oidc', config: { 'id-token': token } };
    await connect(server, { user: { token: undefined, 'auth-provider': authProvider } }).get('/version');
    expect(server.requests[0]?.headers.authorization).toBe(`Bearer ${token}`);
  });

  it('a service account, in a pod; its token is read again', async () => {
    const server = await serve({});
    const serviceAccount = folder();
    const put = (name: string, content: string) => writeFileSync(join(serviceAccount, name), content);
    put('ca.crt', (await testCertificate()).certificate);
    put('token', 'first\n');
    put('namespace', 'shop');
    const env = { HOME: serviceAccount, KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(server.port) };
    let now = systemNow();
    const clock = { now: () => now };
    const connection = connect(server, {}, { kubeconfig: undefined, env, serviceAccount, clock });
    expect([connection.context, connection.namespace]).toEqual(['in-cluster', 'shop']);
    await connection.get('/version');
    put('token', 'second\n');
    now += 3_600_000;
    await connection.get('/version');
    expect(server.requests.map((r) => r.headers.authorization)).toEqual(['Bearer first', 'Bearer second']);
  });

  it('a certificate, from the kubeconfig and from a plug-in', async () => {
    const { key, certificate } = await testCertificate();
    const names: string[] = [];
    const strict = createTlsServer({ key, cert: certificate, ca: certificate, requestCert: true }, (request, response) => {
      names.push((request.socket as TLSSocket).getPeerCertificate().subject?.CN?.toString() ?? '');
      response.end('{}');
    });
    await new Promise<void>((resolve) => strict.listen(0, '127.0.0.1', resolve));
    cleanUp.push(() => {
      strict.closeAllConnections();
      return new Promise((resolve) => strict.close(() => resolve()));
    });
    const cluster = { server: `https://127.0.0.1:${(strict.address() as AddressInfo).port}` };
    const server = await serve({});
    const data = (text: string) => Buffer.from(text).toString('base64');
    const own = { 'client-certificate-data': data(certificate), 'client-key-data': data(key) };
    await connect(server, { cluster, user: { token: undefined, ...own } }).get('/version');
    const command = join(folder(), 'login');
    const status = { clientCertificateData: certificate, clientKeyData: key };
    const given = JSON.stringify({ apiVersion: EXEC, kind: 'ExecCredential', status });
    writeFileSync(command, `#!/bin/sh\ncat <<'EOT'\n${given}\nEOT\n`);
    chmodSync(command, 0o755);
    await connect(server, { cluster, user: { token: undefined, exec: { apiVersion: EXEC, command } } }).get('/version');
    expect(names).toEqual(['api-server.test', 'api-server.test']);
  });

  /** A plug-in that counts its starts, and gives that number as the token. */
  function plugIn(): { command: string; starts: () => number } {
    const directory = folder();
    const command = join(directory, 'login');
    const count = join(directory, 'count');
    writeFileSync(
      command,
      `#!/bin/sh\necho x >> '${count}'\nn=$(wc -l < '${count}' | tr -d ' ')\nprintf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"token-%s"}}' "$n"\n`,
    );
    chmodSync(command, 0o755);
    return { command, starts: () => readFileSync(count, 'utf8').length / 2 };
  }

  it('from a plug-in, which is started once for requests at the same time, and again after a 401', async () => {
    const isFirst = (token: unknown) => token === 'Bearer token-1';
    let isRevoked = false;
    const server = await serve({
      version: (request) =>
        isRevoked && isFirst(request.headers.authorization) ? recorded('unauthorized') : recorded('version'),
    });
    const { command, starts } = plugIn();
    const connection = connect(server, {
      user: { token: undefined, exec: { apiVersion: 'client.authentication.k8s.io/v1', command } },
    });
    await Promise.all([connection.get('/version'), connection.get('/version'), connection.get('/version')]);
    expect(starts()).toBe(1);
    isRevoked = true;
    expect(await connection.get('/version')).toMatchObject({ gitVersion: 'v1.35.4' });
    expect(starts()).toBe(2);
  });
});

describe('what fails is one line: what, where, and what to do', () => {
  it.each([
    ['unauthorized', 'unauthorized', 401, 'answered 401: Unauthorized; log in again'],
    [
      'forbidden-all',
      'forbidden',
      403,
      'cannot list resource "pods" in API group "" at the cluster scope; ask for get, list and watch on it',
    ],
    ['missing-pod', 'not-found', 404, 'answered 404: pods "nope" not found'],
    ['list-expired-continue', 'expired', 410, 'The provided continue parameter is too old'],
    ['list-bad-continue', 'rejected', 400, 'invalid continue token'],
    ['too-many-requests', 'busy', 429, 'answered 429: Too many requests, please try again later.'],
    ['list-future', 'server', 504, 'Too large resource version: 99999999'],
  ])('%s', async (name, kind, status, words) => {
    const server = await serve({ 'list pods': [recorded(name)] });
    const error = await failureOf(connect(server).get('/api/v1/pods'));
    expect(error).toMatchObject({ kind, status, exitCode: 3 });
    expect(error.message).toContain(words);
    expect(error.message).toContain(`${server.url} (context "test")`);
    expect(error.message).not.toContain('\n');
  });

  it('reads how long the server wants to be left alone', async () => {
    const server = await serve({
      'list pods': [recorded('too-many-requests'), recorded('list-future'), failure(503, 'x', 'y', { 'retry-after': '12' })],
    });
    const connection = connect(server);
    const waits = [];
    for (let i = 0; i < 3; i++) waits.push((await failureOf(connection.get('/api/v1/pods'))).retryAfterMs);
    expect(waits).toEqual([1000, 1000, 12_000]);
  });

  it('a port that nobody listens at, and a name that nobody has', async () => {
    const server = await serve({});
    const refused = connect(server, { cluster: { server: 'https://127.0.0.1:1' } });
    expect((await failureOf(refused.get('/version'))).message).toBe(
      'cannot reach https://127.0.0.1:1 (context "test"): connection refused; is the cluster up, and the VPN?',
    );
    const unknown = connect(server, { cluster: { server: 'https://no-such-host.invalid:6443' } });
    expect(await failureOf(unknown.get('/version'))).toMatchObject({ kind: 'network', exitCode: 3 });
  });

  it('a page, a text and a list where JSON was to come', async () => {
    const server = await serve({
      version: [text('<html>\n<b>Log in</b></html>'), json([]), text('<h1>Bad\n gateway</h1>', 502), text('{"a":')],
    });
    const connection = connect(server);
    const details = [];
    for (let i = 0; i < 4; i++) details.push((await failureOf(connection.get('/version'))).detail);
    expect(details).toEqual([
      'answered with something that is not JSON (text/plain)',
      'answered with JSON that is not an object',
      'Bad gateway',
      'answered with something that is not JSON (text/plain)',
    ]);
  });

  it('control characters of the server do not get through', async () => {
    const server = await serve({ version: [failure(500, 'x', 'bad\u001b[2J\nthing')] });
    expect((await failureOf(connect(server).get('/version'))).message).toContain('bad␛[2J thing');
  });

  it('an answer that breaks off, before and after its first byte', async () => {
    const server = await serve({ version: [hangUp], 'watch pods': [watch(bytes('{"a"'), cut), watch(bytes('{"a"'), reset)] });
    const connection = connect(server);
    expect(await failureOf(connection.get('/version'))).toMatchObject({ kind: 'network' });
    const details = [];
    for (let i = 0; i < 2; i++)
      details.push((await failureOf(read(await connection.stream('/api/v1/pods', { watch: true }, JSON_ONLY)))).detail);
    expect(details).toEqual(['connection lost', 'connection reset']);
  });
});

describe('cancelling', () => {
  it('breaks off a request that is not answered, and a stream', async () => {
    const server = await serve({ version: [keepWaiting], 'watch pods': [watch()] });
    const connection = connect(server);
    const cancel = new AbortController();
    const asked = connection.get('/version', {}, { signal: cancel.signal });
    const stream = await connection.stream('/api/v1/pods', { watch: true }, { ...JSON_ONLY, signal: cancel.signal });
    const reading = read(stream);
    cancel.abort();
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' });
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
  });
});
