import type { ServerResponse } from 'node:http';
import type { Json } from '../../src/text/json.ts';
import {
  type Answer,
  end,
  event,
  eventBytes,
  failure,
  hangUp,
  openStream,
  page,
  recorded,
  type SeenRequest,
  statusObject,
  watch,
} from './answers.ts';
import type { Scenario } from './api-server.ts';
import { framed } from './kubernetes-protobuf.ts';

/** What every watch that is open meets. */
export type StreamFault = 'reset' | 'cut' | 'end' | 'half an event' | 'ERROR 410' | 'ERROR 500' | 'garbage' | 'silence';

/** What one request meets: an HTTP status, or worse. The last three are met before it leaves the client. */
export type RequestFault = 410 | 429 | 500 | 502 | 503 | 504 | 'hang up' | 'no such host' | 'bad certificate' | 'nobody listens';

/** One thing that happens to a cluster and to whoever watches it. */
export type Step =
  /** The container of a pod ends, and its next instance starts. `bytes`: how long the event that tells it is. */
  | { readonly crash: string; readonly bytes?: number }
  | { readonly recreate: string }
  | { readonly streams: StreamFault }
  /** The next requests meet these, in this order. */
  | { readonly requests: readonly RequestFault[] }
  /** The watch cache forgets what was; or etcd comes back from a backup, and versions begin below those that were told. */
  | { readonly forgets: 'events' | 'versions' }
  /** So much time, in ms, in which the client has nothing to wait for. */
  | { readonly passes: number }
  /** Until the client knows what the API tells, its timers run out as they are due. */
  | 'caught up';

/** A story of a cluster, as data, and what must have come of it. */
export interface FaultScenario {
  readonly name: string;
  readonly steps: readonly Step[];
  /** How the gap that it leaves ends: nothing was lost in it, or a list had to say what is there now. null for no gap. */
  readonly gap: 'resumed' | 'listed' | null;
  /** Runs that nobody tells any more when the client is back. */
  readonly unseen?: number;
  /** How much the clocks of the cluster are ahead of ours, in ms. */
  readonly skewMs?: number;
  /** Requests for pods that it may cost at most; without WatchList, one and a page more for the first list, and a page for each other. */
  readonly requests: number;
}

interface TestPod {
  readonly name: string;
  readonly uid: string;
  crashes: number;
  version: number;
}

interface Told {
  readonly type: string;
  readonly object: Json;
}

interface Happened extends Told {
  readonly version: number;
}

const UNREACHABLE: readonly (RequestFault | undefined)[] = ['no such host', 'bad certificate', 'nobody listens'];

/** Pods with one container each that crash when a test says so, behind an API with lists, watches and WatchList. */
export class CrashingCluster {
  readonly #pods = new Map<string, TestPod>();
  readonly #streams = new Set<{ readonly response: ServerResponse; readonly request: SeenRequest }>();
  readonly #now: () => number;
  readonly #hasWatchList: boolean;
  #history: Happened[] = [];
  #version = 100;
  #oldest = 100;
  #uids = 0;
  #faults: RequestFault[] = [];
  /** The IDs of all runs that ever were, by pod UID. */
  readonly runs = new Map<string, string[]>();

  constructor(names: readonly string[], now: () => number, hasWatchList: boolean) {
    this.#now = now;
    this.#hasWatchList = hasWatchList;
    for (const name of names) this.#create(name);
  }

  /** The resourceVersion of each pod that there is, by UID. */
  get versions(): ReadonlyMap<string, string> {
    return new Map([...this.#pods.values()].map((p) => [p.uid, String(p.version)]));
  }

  /** How often the container of each pod has crashed, by UID. */
  get crashes(): ReadonlyMap<string, number> {
    return new Map([...this.#pods.values()].map((p) => [p.uid, p.crashes]));
  }

  get scenario(): Scenario {
    return {
      'list pods': (request) => this.#meet() ?? this.#list(request),
      'watch pods': (request) => this.#meet() ?? this.#watch(Number(request.query.get('resourceVersion'))),
      ...(this.#hasWatchList ? { 'stream pods': () => this.#meet() ?? this.#stream() } : {}),
      'list events': [failure(403, 'Forbidden', 'events is forbidden')],
      'stream events': [failure(403, 'Forbidden', 'events is forbidden')],
    };
  }

  /** The fault that the request which is about to be made meets on its way; null where it gets through. */
  takeUnreachable(): RequestFault | null {
    return UNREACHABLE.includes(this.#faults[0]) ? (this.#faults.shift() ?? null) : null;
  }

  /** Lets everything happen but time. */
  happen(step: Exclude<Step, 'caught up' | { passes: number }>): void {
    if ('crash' in step) this.#crash(step.crash, step.bytes ?? 0);
    else if ('recreate' in step) this.#recreate(step.recreate);
    else if ('streams' in step) this.#break(step.streams);
    else if ('requests' in step) this.#faults.push(...step.requests);
    else if (step.forgets === 'events') this.#forget(this.#version);
    else this.#restore();
  }

  #create(name: string): void {
    const pod = { name, uid: `uid-${++this.#uids}`, crashes: 0, version: ++this.#version };
    this.#pods.set(name, pod);
    this.runs.set(pod.uid, [idOf(pod, 0)]);
    this.#tell('ADDED', pod, '');
  }

  #crash(name: string, bytes: number): void {
    const pod = this.#pods.get(name) as TestPod;
    pod.crashes++;
    pod.version = ++this.#version;
    this.runs.get(pod.uid)?.push(idOf(pod, pod.crashes));
    this.#tell('MODIFIED', pod, 'x'.repeat(bytes));
  }

  #recreate(name: string): void {
    const pod = this.#pods.get(name) as TestPod;
    pod.version = ++this.#version;
    this.#tell('DELETED', pod, '');
    this.#create(name);
  }

  #forget(version: number): void {
    this.#history = [];
    this.#oldest = version;
  }

  #restore(): void {
    this.#version = 10;
    for (const pod of this.#pods.values()) pod.version = ++this.#version;
    this.#forget(this.#version);
  }

  #tell(type: string, pod: TestPod, note: string): void {
    const object = this.#object(pod, note === '' ? {} : { annotations: { note } });
    this.#history.push({ version: pod.version, type, object });
    for (const { request, response } of this.#streams) response.write(eventBytes(request, type, object));
  }

  #object(pod: TestPod, more: Json = {}): Json {
    const { name, uid, crashes, version } = pod;
    const stamp = (ago: number) => new Date(this.#now() - ago).toISOString().replace(/\.\d+/, '');
    const ended = {
      containerID: idOf(pod, crashes - 1),
      exitCode: 1,
      reason: 'Error',
      startedAt: stamp(9000),
      finishedAt: stamp(4000),
    };
    const status = {
      name: 'app',
      restartCount: crashes,
      containerID: idOf(pod, crashes),
      state: { running: { startedAt: stamp(3000) } },
      lastState: crashes === 0 ? {} : { terminated: ended },
    };
    return {
      kind: 'Pod',
      apiVersion: 'v1',
      metadata: { name, namespace: 'shop', uid, resourceVersion: String(version), creationTimestamp: stamp(60_000), ...more },
      spec: { restartPolicy: 'Always', containers: [{ name: 'app' }] },
      status: { phase: 'Running', containerStatuses: [status] },
    };
  }

  #meet(): Answer | null {
    const fault = this.#faults.shift();
    if (fault === undefined) return null;
    if (fault === 'hang up') return hangUp;
    if (fault === 504) return recorded('list-future');
    if (fault === 410) return recorded('list-exact-expired');
    if (fault === 502) return (_, response) => void response.writeHead(502).end('<html>Bad Gateway</html>');
    return failure(Number(fault), 'Failure', `HTTP ${fault}`, fault === 429 ? { 'retry-after': '9' } : {});
  }

  // Two pods a page, whatever was asked for: the token is where the next page begins.
  #list({ query }: SeenRequest): Answer {
    const all = [...this.#pods.values()].map((pod) => this.#object(pod));
    if (!query.has('limit')) return page(all, String(this.#version));
    const from = Number(query.get('continue') ?? 0);
    return page(all.slice(from, from + 2), String(this.#version), from + 2 < all.length ? String(from + 2) : '');
  }

  #watch(version: number): Answer {
    if (version < this.#oldest) return watch(event('ERROR', statusObject(410, 'Expired', 'too old resource version')), end);
    // Of a version that never was, an API server says nothing at all (test/fixtures/http/watch-future.txt).
    return this.#open(
      this.#history.filter((h) => h.version > version),
      version <= this.#version,
    );
  }

  #stream(): Answer {
    const whole = { metadata: { resourceVersion: String(this.#version), annotations: { 'k8s.io/initial-events-end': 'true' } } };
    const initial = [...this.#pods.values()].map((pod) => ({ type: 'ADDED', object: this.#object(pod) }));
    return this.#open([...initial, { type: 'BOOKMARK', object: whole }], true);
  }

  #open(events: readonly Told[], goesOn: boolean): Answer {
    return (request, response) => {
      openStream(request, response);
      for (const { type, object } of events) response.write(eventBytes(request, type, object));
      if (!goesOn) return;
      const stream = { request, response };
      this.#streams.add(stream);
      response.once('close', () => this.#streams.delete(stream));
    };
  }

  #break(how: StreamFault): void {
    const pod = this.#object([...this.#pods.values()][0] as TestPod);
    for (const { request, response } of this.#streams) {
      const failing = (code: number, reason: string, message: string) =>
        response.end(eventBytes(request, 'ERROR', statusObject(code, reason, message)));
      if (how === 'reset') request.reset();
      else if (how === 'cut') response.socket?.destroy();
      else if (how === 'end') response.end();
      else if (how === 'half an event') response.end(eventBytes(request, 'MODIFIED', pod).subarray(0, 99));
      else if (how === 'garbage') response.write(request.inProtobuf ? framed(Buffer.from('garbage')) : GARBAGE);
      else if (how === 'ERROR 410') failing(410, 'Expired', 'too old resource version');
      else if (how === 'ERROR 500') failing(500, 'InternalError', 'etcd is slow');
    }
    this.#streams.clear();
  }
}

const GARBAGE = '{"type":"MODIFIED","object":{"metadata"\n';

function idOf({ uid }: TestPod, run: number): string {
  return `containerd://${uid}-${run}`;
}
