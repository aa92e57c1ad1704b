import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { BOUNDS, type Bounds } from '../../src/sources/kubernetes/bounds.ts';
import type { Json } from '../../src/text/json.ts';
import { type Answer, event, failure, json, watch } from './answers.ts';

/** Bounds that a test reaches with a few kilobytes. */
export const SMALL_BOUNDS: Bounds = {
  ...BOUNDS,
  answerBytes: 64 * 1024,
  logBytes: 4096,
  errorBytes: 1024,
  objects: 40,
  pages: 10,
  progressBytes: 1024,
};

/** What no honest server does to who asks for pods, and what is then said of it. */
export interface HostileRow {
  readonly name: string;
  /** What is answered so: a list, or a list as a stream. */
  readonly to: 'list' | 'stream';
  readonly answer: (nth: number) => Answer;
  /** Time that has to go by, in ms, until it is noticed: what is silent is waited for. */
  readonly passes?: number;
  readonly says: string;
  /** How long it is left alone at least, in ms. */
  readonly waits?: number;
}

const JSON_TYPE = { 'content-type': 'application/json' };
const MINUTE = 60_000;

/** A body that goes on as long as somebody reads it. */
function endless(begin: string, again: string): Answer {
  return (_, response) => {
    response.writeHead(200, JSON_TYPE);
    response.write(begin);
    pour(response, again);
  };
}

/** These very bytes in place of an answer, the second part over and over. */
function raw(begin: string, again = ''): Answer {
  return (_, response) => {
    const { socket } = response;
    socket?.on('error', () => undefined);
    socket?.write(begin);
    if (again !== '' && socket !== null) pour(socket, again);
  };
}

function pour(to: ServerResponse | NonNullable<ServerResponse['socket']>, chunk: string): void {
  const go = () => {
    while (!to.destroyed && to.write(chunk));
  };
  to.on('drain', go);
  go();
}

const page = (items: readonly Json[], token = ''): Answer =>
  json({ kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: '7', continue: token }, items });

const pod = (n: number): Json => ({
  metadata: { name: `p${n}`, namespace: 'shop', uid: `hostile-${n}`, resourceVersion: '7' },
  spec: { containers: [{ name: 'app' }] },
  status: { phase: 'Running' },
});
const pods = (count: number) => Array.from({ length: count }, (_, n) => pod(n));

const html = '<html><head>x</head><body>Log in with <b>password=hunter2hunter2</b>\u001b[2J</body></html>';
const TOO_LONG = 'it sent more than 64 KiB in one answer';
const TOO_MANY = 'it has more than 40 objects: name a namespace with -n';

const busy = (retryAfter: string) => failure(429, 'TooManyRequests', 'too many requests', { 'retry-after': retryAfter });

export const HOSTILE_ROWS: readonly HostileRow[] = [
  {
    name: 'a body without end',
    to: 'list',
    answer: () => endless('{"items":["', 'x'.repeat(4096)),
    says: TOO_LONG,
    waits: MINUTE,
  },
  {
    name: 'a body without end in pieces of a byte',
    to: 'list',
    answer: () =>
      raw('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n', '1\r\nx\r\n'.repeat(1000)),
    says: TOO_LONG,
    waits: MINUTE,
  },
  {
    name: 'a gzip bomb',
    to: 'list',
    answer: () => (_, response) =>
      void response.writeHead(200, { ...JSON_TYPE, 'content-encoding': 'gzip' }).end(gzipSync(' '.repeat(10_000_000))),
    says: TOO_LONG,
    waits: MINUTE,
  },
  {
    name: 'a continue token that repeats',
    to: 'list',
    answer: () => page([pod(1)], 'again'),
    says: 'the list does not go on: its continue token stays the same',
    waits: MINUTE,
  },
  {
    name: 'continue tokens without end',
    to: 'list',
    answer: (nth) => page([pod(nth)], `token-${nth}`),
    says: 'the list has more than 10 pages',
    waits: MINUTE,
  },
  { name: 'a page of more objects than there are', to: 'list', answer: () => page(pods(41)), says: TOO_MANY, waits: MINUTE },
  {
    name: 'headers without end',
    to: 'list',
    answer: () => raw('HTTP/1.1 200 OK\r\n', `x-a: ${'y'.repeat(500)}\r\n`),
    says: 'it sent headers of more than 16 KiB',
    waits: MINUTE,
  },
  {
    name: 'headers of which one comes now and then',
    to: 'list',
    answer: () => raw('HTTP/1.1 200 OK\r\nx-a: b\r\n'),
    passes: MINUTE,
    says: 'no answer in time',
  },
  {
    name: 'early hints in place of an answer',
    to: 'list',
    answer: () => raw('HTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\n'.repeat(20)),
    passes: MINUTE,
    says: 'no answer in time',
  },
  {
    name: 'a body of which a byte comes now and then',
    to: 'list',
    answer: () => (_, response) => {
      response.writeHead(200, JSON_TYPE);
      response.write('{');
    },
    passes: MINUTE,
    says: 'the answer stopped half-way',
  },
  {
    name: 'a page of HTML with status 200',
    to: 'list',
    answer: () => (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end(html),
    says: 'answered with something that is not JSON (text/html)',
  },
  {
    name: 'a page of HTML with a secret and control characters in it',
    to: 'list',
    answer: () => (_, response) => void response.writeHead(502, { 'content-type': 'text/html' }).end(html),
    says: 'x Log in with password=[redacted] ␛[2J',
  },
  {
    name: 'a redirect',
    to: 'list',
    answer: () => (_, response) => void response.writeHead(302, { location: 'https://a.invalid/?token=hunter2hunter2' }).end(),
    says: 'it redirects to https://a.invalid/?token=[redacted]; crashtop does not follow redirects',
  },
  {
    name: 'Retry-After for thirty years',
    to: 'list',
    answer: () => busy('999999999'),
    says: 'too many requests',
    waits: 5 * MINUTE,
  },
  {
    name: 'Retry-After with a date in the next century',
    to: 'list',
    answer: () => busy('Fri, 01 Jan 2100 00:00:00 GMT'),
    says: 'too many requests',
    waits: 5 * MINUTE,
  },
  { name: 'Retry-After below zero', to: 'list', answer: () => busy('-5'), says: 'too many requests', waits: 800 },
  { name: 'Retry-After with a fraction', to: 'list', answer: () => busy('7.5'), says: 'too many requests', waits: 7500 },
  {
    name: 'a message of a Status without end',
    to: 'list',
    answer: () => failure(500, 'InternalError', 'x'.repeat(100_000)),
    says: 'HTTP 500',
  },
  {
    name: 'a line without end',
    to: 'stream',
    answer: () => endless('{"type":"ADDED","object":"', 'x'.repeat(4096)),
    says: 'it sent an event of more than 64 KiB',
    waits: MINUTE,
  },
  {
    name: 'a list without end as a stream',
    to: 'stream',
    answer: () => watch(...pods(41).map((p) => event('ADDED', p))),
    says: TOO_MANY,
    waits: MINUTE,
  },
  {
    name: 'a page of HTML as a stream',
    to: 'stream',
    answer: () => (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).end(`${html}\n`),
    says: 'a line of the watch is not a JSON object',
  },
];
