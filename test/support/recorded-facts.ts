import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { CauseFacts } from '../../src/model/cause.ts';
import { addRuns, EMPTY_LEDGER, type Ledger, runsMentioned } from '../../src/model/ledger.ts';
import { type Pod, toPod } from '../../src/model/pod.ts';
import { type KubeEvent, toKubeEvent } from '../../src/model/resources.ts';
import { type Json, objectOf, stringOf } from '../../src/text/json.ts';
import { safeText } from '../../src/text/safe-text.ts';

interface RecordedLine {
  readonly t: number;
  readonly type: string;
  readonly kind?: string;
  readonly object?: Json;
  readonly items?: readonly Json[];
  readonly uid?: string;
  readonly container?: string;
  readonly containerID?: string;
  readonly text?: string;
}

/** The facts of one container after one arrival. */
export interface RecordedFacts {
  /** Time of arrival, epoch ms. */
  readonly at: number;
  readonly facts: CauseFacts;
}

/**
 * Reads a recording of test/fixtures and yields the facts of every container of a pod each time that pod, or an event about it, arrives: a fold just
 * large enough to try the model on, without the timeline.
 * @param only pods whose `namespace/name` begins so; all without it.
 */
export function* recordedFacts(name: string, only = ''): Generator<RecordedFacts> {
  const file = new URL(`../fixtures/recordings/${name}.ndjson.gz`, import.meta.url);
  const [header = '', ...lines] = gunzipSync(readFileSync(file)).toString().split('\n');
  const startedAt = Date.parse(JSON.parse(header).startedAt);
  const ledgers = new Map<string, Ledger>();
  const events = new Map<string, KubeEvent[]>();
  const logs = new Map<string, string>();
  const pods = new Map<string, Pod>();
  const aboutPod = (raw: Json) => {
    const event = toKubeEvent(raw);
    addEvent(events, event);
    return pods.get(event.involved.uid);
  };
  for (const line of lines) {
    if (line === '') continue;
    const arrival: RecordedLine = JSON.parse(line);
    if (arrival.type === 'log' && arrival.text !== undefined) {
      logs.set(`${arrival.uid}/${arrival.container}/${arrival.containerID}`, safeText(arrival.text));
    }
    for (const raw of arrival.items ?? (arrival.object === undefined ? [] : [arrival.object])) {
      const pod =
        arrival.kind === 'Pod' ? toPod(raw, pods.get(uidOf(raw))) : arrival.kind === 'Event' ? aboutPod(raw) : undefined;
      if (pod === undefined || !`${pod.namespace}/${pod.name}`.startsWith(only)) continue;
      pods.set(pod.uid, pod);
      for (const facts of factsOfPod(pod, ledgers, events, logs)) yield { at: startedAt + arrival.t, facts };
    }
  }
}

function uidOf(raw: Json): string {
  return stringOf(objectOf(raw.metadata).uid);
}

function addEvent(events: Map<string, KubeEvent[]>, event: KubeEvent): void {
  const others = (events.get(event.involved.uid) ?? []).filter((e) => e.uid !== event.uid);
  events.set(event.involved.uid, [...others, event]);
}

function* factsOfPod(
  pod: Pod,
  ledgers: Map<string, Ledger>,
  events: Map<string, KubeEvent[]>,
  logs: Map<string, string>,
): Generator<CauseFacts> {
  for (const { name } of pod.spec.containers) {
    const key = `${pod.uid}/${name}`;
    const status = pod.containers.find((c) => c.name === name);
    const ledger = addRuns(ledgers.get(key) ?? EMPTY_LEDGER, status === undefined ? [] : runsMentioned(status));
    ledgers.set(key, ledger);
    const dead = ledger.findLast((run) => run.ended)?.containerID;
    const logTail = logs.get(`${key}/${dead}`) ?? '';
    const around = {
      events: events.get(pod.uid) ?? [],
      node: undefined,
      nodeEvents: [],
      eventsHidden: '',
      kubeletStarts: [],
      ownerEvents: events.get(pod.controller?.uid ?? '') ?? [],
    };
    yield { pod, container: name, status, ledger, ...around, logTail };
  }
}
