import type { ServerResponse } from 'node:http';
import type { RecordingLine } from '../../src/recording/line.ts';
import { arrayOf, type Json, objectOf, stringOf } from '../../src/text/json.ts';
import { type Answer, eventBytes, failure, openStream, page, type SeenRequest, statusObject, text } from './answers.ts';
import type { Scenario } from './api-server.ts';

/** What a watch may meet after so many events. */
export interface WatchFault {
  readonly afterEvents: number;
  readonly how: 'cut' | 'end' | 'half an event' | 'expired';
}

export interface RecordingClusterOptions {
  /** epoch ms at t = 0. */
  readonly startedAt: number;
  /** Called with how long nothing happens before the next line, in ms; the line happens when it has resolved. */
  readonly pass: (ms: number) => Promise<void>;
  /** What the nth watch of a resource meets, or null for nothing. */
  readonly fault?: (resource: string, nth: number) => WatchFault | null;
}

/** A cluster that does what a recording says: it lists what was there and watches on, and knows the logs that were read. */
export interface RecordingCluster {
  readonly scenario: Scenario;
  /**
   * Lets the lines happen, one after the other. Resolves when the last one has.
   * @param isSeen holds the cluster up until the client has seen a line.
   */
  play(isSeen?: (line: RecordingLine) => boolean): Promise<void>;
}

interface Happened {
  readonly type: string;
  readonly object: Json;
  readonly resourceVersion: string;
}

const RESOURCES: Readonly<Record<string, string>> = { Pod: 'pods', Event: 'events' };

/** One collection: what is in it, and how it came to be. */
class Collection {
  readonly #objects = new Map<string, Json>();
  readonly #history: Happened[] = [];
  readonly #waiting = new Set<() => void>();
  #listed = '1';

  list(): Answer {
    return page([...this.#objects.values()], this.#history.at(-1)?.resourceVersion ?? this.#listed);
  }

  find(namespace: string, name: string): Json | undefined {
    return [...this.#objects.values()].find(
      ({ metadata }) => objectOf(metadata).name === name && objectOf(metadata).namespace === namespace,
    );
  }

  begin(items: readonly Json[], resourceVersion: string): void {
    this.#listed = resourceVersion;
    for (const item of items) this.#objects.set(stringOf(objectOf(item.metadata).uid), item);
  }

  happen(type: string, object: Json): void {
    const { uid, resourceVersion } = objectOf(object.metadata);
    if (type === 'DELETED') this.#objects.delete(stringOf(uid));
    else this.#objects.set(stringOf(uid), object);
    this.#history.push({ type, object, resourceVersion: stringOf(resourceVersion) });
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  /** Where a watch from this version begins; -1 where that version was never. */
  after(resourceVersion: string): number {
    if (resourceVersion === this.#listed) return 0;
    const index = this.#history.findLastIndex((h) => h.resourceVersion === resourceVersion);
    return index < 0 ? -1 : index + 1;
  }

  /** Everything from there on, as it happens; ends when the client has gone. */
  async *from(index: number, response: ServerResponse): AsyncGenerator<Happened> {
    const gone = new Promise<void>((resolve) => response.once('close', () => resolve()));
    for (let i = index; !response.destroyed; i++) {
      if (i >= this.#history.length) await Promise.race([gone, new Promise<void>((wake) => this.#waiting.add(wake))]);
      const next = this.#history[i];
      if (next !== undefined) yield next;
    }
  }
}

/** Makes a cluster of the Pod, Event and log lines of a recording. */
export function recordingCluster(lines: readonly RecordingLine[], options: RecordingClusterOptions): RecordingCluster {
  const collections: Readonly<Record<string, Collection>> = { pods: new Collection(), events: new Collection() };
  const logs = new Map<string, string>();
  let now = options.startedAt;

  function happen(line: RecordingLine): void {
    now = options.startedAt + line.t;
    if (line.type !== 'snapshot' && line.type !== 'ADDED' && line.type !== 'MODIFIED' && line.type !== 'DELETED') return;
    const collection = collections[RESOURCES[line.kind] ?? ''];
    if (line.type === 'snapshot') collection?.begin(line.items, line.resourceVersion ?? '1');
    else collection?.happen(line.type, line.object);
  }

  // A log is there before its line says that it was read.
  for (const line of lines) if (line.type === 'log' && line.text !== undefined) logs.set(line.containerID ?? '', line.text);
  const first = lines.findIndex((line) => line.t > 0 && line.type !== 'snapshot');
  for (const line of lines.slice(0, first)) happen(line);

  return {
    scenario: {
      ...Object.fromEntries(Object.entries(collections).map(([name, collection]) => [`list ${name}`, () => collection.list()])),
      ...Object.fromEntries(
        Object.entries(collections).map(([name, collection]) => [`watch ${name}`, watcher(name, collection)]),
      ),
      ...logRoutes(lines, collections.pods as Collection, logs),
    },
    play: async (isSeen = () => true) => {
      for (const line of lines.slice(first)) {
        await options.pass(options.startedAt + line.t - now);
        happen(line);
        while (!isSeen(line)) await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };

  function watcher(resource: string, collection: Collection) {
    return (request: { query: URLSearchParams }, nth: number): Answer => {
      const index = collection.after(request.query.get('resourceVersion') ?? '');
      const fault = options.fault?.(resource, nth) ?? null;
      return async (request, response) => {
        openStream(request, response);
        if (index < 0) throw new Error(`a watch of ${resource} from a version that never was: ${request.query}`);
        let sent = 0;
        for await (const { type, object } of collection.from(index, response)) {
          const bytes = eventBytes(request, type, { kind: resource === 'pods' ? 'Pod' : 'Event', apiVersion: 'v1', ...object });
          if (sent++ === fault?.afterEvents) return meet(fault.how, bytes, request, response);
          await new Promise<void>((resolve) => response.write(bytes, () => resolve()));
        }
      };
    };
  }
}

function meet(how: WatchFault['how'], bytes: Buffer, request: SeenRequest, response: ServerResponse): void {
  if (how === 'cut') response.socket?.destroy();
  else if (how === 'end') response.end();
  else if (how === 'half an event') response.end(bytes.subarray(0, bytes.length / 2));
  else response.end(eventBytes(request, 'ERROR', statusObject(410, 'Expired', 'too old resource version')));
}

// As the kubelet chooses: validateContainerLogStatus (docs/kubernetes-facts.md, 8).
function logRoutes(lines: readonly RecordingLine[], pods: Collection, logs: ReadonlyMap<string, string>): Scenario {
  const names = new Set<string>();
  for (const line of lines) {
    if (line.type !== 'ADDED' || line.kind !== 'Pod') continue;
    const { namespace, name } = objectOf(line.object.metadata);
    names.add(`${namespace}/${name}`);
  }
  return Object.fromEntries(
    [...names].map((key) => {
      const [namespace = '', name = ''] = key.split('/');
      return [
        `log ${key}`,
        ({ query }: { query: URLSearchParams }): Answer => {
          const pod = pods.find(namespace, name);
          if (pod === undefined) return failure(404, 'NotFound', `pods "${name}" not found`);
          const id = logOf(pod, query.get('container') ?? '', query.get('previous') === 'true');
          const log = logs.get(id);
          return log === undefined ? text(id === '' ? '' : `unable to retrieve container logs for ${id}`) : text(log);
        },
      ];
    }),
  );
}

function logOf(pod: Json, container: string, previous: boolean): string {
  const status = objectOf(pod.status);
  const all = [...arrayOf(status.containerStatuses), ...arrayOf(status.initContainerStatuses)].map(objectOf);
  const found = objectOf(all.find((c) => c.name === container));
  const state = objectOf(found.state);
  const last = stringOf(objectOf(objectOf(found.lastState).terminated).containerID);
  if (previous) return last;
  if (state.running !== undefined) return stringOf(found.containerID);
  return stringOf(objectOf(state.terminated).containerID) || last;
}
