import { redactObject } from '../recording/redaction.ts';
import type { ClusterWatch } from '../sources/kubernetes/source.ts';
import type { Envelope } from '../timeline/envelope.ts';
import { liveAt } from '../timeline/playback.ts';
import { Timeline } from '../timeline/timeline.ts';
import type { Session } from '../ui/session.ts';
import type { Connection } from '../view/connection.ts';
import { Changes, feed } from './arrival-feed.ts';
import { type ClusterOptions, watch } from './cluster-options.ts';
import { connectionOf } from './connection-phase.ts';
import type { Format } from './options.ts';
import { momentText, write } from './print.ts';
import { systemClock } from './system-clock.ts';
import type { Terminal } from './terminal.ts';

/** The options of `crashtop` without a command. */
export interface LiveOptions extends ClusterOptions {
  readonly once?: boolean;
  readonly output?: Format;
}

// What a live session remembers in memory: an hour of a busy cluster, under 100 MB.
const ARRIVALS_KEPT = 50_000;

// Events say why a volume or an image fails; a cluster that does not list them soon is printed without.
const EVENTS_WITHIN_MS = 2000;

/** `crashtop`: the screen on a live cluster, or one moment of it in print. */
export async function live(options: LiveOptions, terminal: Terminal): Promise<void> {
  if (options.once || options.output !== undefined || !terminal.isInteractive) await printOnce(options, terminal);
  else await show(options, terminal);
}

async function printOnce(options: LiveOptions, terminal: Terminal): Promise<void> {
  const cluster = watch(options, terminal.env, false);
  try {
    const timeline = new Timeline(systemClock.now());
    await listOnce(cluster, timeline);
    const now = systemClock.now();
    const state = timeline.head;
    await write(
      terminal.stdout,
      momentText({ state, source: cluster.info, gaps: timeline.gapsAt(now), now }, options.output ?? 'table'),
    );
  } finally {
    await cluster.stop();
  }
}

async function listOnce(cluster: ClusterWatch, timeline: Timeline): Promise<void> {
  const source = await cluster.ready;
  const expected = source.namespaces?.length ?? 1;
  const arrivals = cluster.arrivals[Symbol.asyncIterator]();
  let lists = 0;
  let patience: Promise<'late'> | null = null;
  let timer: NodeJS.Timeout | undefined;
  let events = 0;
  while (lists < expected || events < expected) {
    if (lists === expected && patience === null) {
      patience = new Promise((resolve) => {
        timer = setTimeout(() => resolve('late'), EVENTS_WITHIN_MS);
      });
    }
    const next = await Promise.race([arrivals.next(), ...(patience === null ? [] : [patience])]);
    if (next === 'late' || next.done === true) break;
    const { envelope } = next.value;
    timeline.append(envelope);
    if (envelope.type === 'snapshot' && !envelope.more) {
      if (envelope.kind === 'Pod') lists++;
      else if (envelope.kind === 'Event') events++;
    }
    // Where events are forbidden there is nothing to wait for.
    if (envelope.type === 'access' && envelope.hidden.some((h) => h.what === 'events')) events = expected;
  }
  clearTimeout(timer);
}

async function show(options: LiveOptions, terminal: Terminal): Promise<void> {
  const changes = new Changes();
  const cluster = watch(options, terminal.env, true, () => changes.tell());
  const startedAt = systemClock.now();
  const timeline = new Timeline(startedAt, ARRIVALS_KEPT);
  const session = liveSession(cluster, timeline, changes, startedAt);
  try {
    // The first contact is made before the screen opens, so that what is wrong is said where the person typed.
    await cluster.ready;
    await terminal.show(session, () =>
      feed(
        timeline,
        envelopesOf(cluster),
        () => changes.tell(),
        () => systemClock.now(),
      ),
    );
  } finally {
    await cluster.stop();
  }
}

async function* envelopesOf(cluster: ClusterWatch): AsyncGenerator<Envelope> {
  for await (const { envelope } of cluster.arrivals) yield envelope;
}

function liveSession(cluster: ClusterWatch, timeline: Timeline, changes: Changes, startedAt: number): Session {
  return {
    kind: 'live',
    timeline,
    get source() {
      return cluster.info;
    },
    playback: liveAt(startedAt, timeline),
    clock: systemClock,
    connection: (): Connection => connectionOf(cluster.status(), cluster.info, timeline, startedAt),
    notices: () => [],
    subscribe: changes.subscribe,
    getObject: async ({ pod }) => redactObject('Pod', await cluster.getPod(pod.namespace, pod.name)),
  };
}
