import { setTimeout as pause } from 'node:timers/promises';
import { redactObject } from '../recording/redaction.ts';
import { DEFAULT_HISTORY, type HistoryLimits } from '../recording/session-files.ts';
import type { ClusterWatch } from '../sources/kubernetes/source.ts';
import type { Envelope } from '../timeline/envelope.ts';
import { liveAt } from '../timeline/playback.ts';
import { Timeline } from '../timeline/timeline.ts';
import type { Session } from '../ui/session.ts';
import type { Connection } from '../view/connection.ts';
import { notifyHowOf, startAlerting } from './alerting.ts';
import { Changes, feed } from './arrival-feed.ts';
import type { ClusterOptions } from './cluster-options.ts';
import { activityOf, connectionOf } from './connection-phase.ts';
import { KeptSession } from './kept-session.ts';
import { LiveTimeline } from './live-timeline.ts';
import type { Format } from './options.ts';
import { momentText, write } from './print.ts';
import { systemClock } from './system-clock.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import { watch } from './watch.ts';

/** The options of `crashtop` without a command. */
export interface LiveOptions extends ClusterOptions {
  readonly once?: boolean;
  readonly output?: Format;
  /** false: the session does not write itself, and reads nothing back. */
  readonly history?: boolean;
  /** Are logs kept in the history as well? */
  readonly historyLogs?: boolean;
  /** How somebody is told of what changes: `bell`, `osc9`, `osc777`, `command:PATH`. */
  readonly notify?: readonly string[];
  /** What the history of one cluster may take, bytes, and how long it is kept, ms. */
  readonly historySize?: number;
  readonly historyAge?: number;
}

// What a live session remembers in memory: an hour of a busy cluster, under 100 MB.
const ARRIVALS_KEPT = 50_000;

// Events say why a volume or an image fails; a cluster that does not list them soon is printed without.
const EVENTS_WITHIN_MS = 2000;

/** `crashtop`: the screen on a live cluster, or one moment of it in print. */
export async function live(options: LiveOptions, terminal: Terminal): Promise<void> {
  const isShown = !options.once && options.output === undefined && terminal.isInteractive;
  if (options.notify !== undefined && !isShown)
    throw new UsageError('--notify tells what changes while the screen is open: start it on a terminal');
  if (isShown) await show(options, terminal);
  else await printOnce(options, terminal);
}

async function printOnce(options: LiveOptions, terminal: Terminal): Promise<void> {
  const cluster = watch(options, terminal, false);
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

/**
 * Appends arrivals until everything that is watched was listed once: pods of all namespaces, and events where they come soon.
 * @throws ConnectionError where the first contact fails.
 */
export async function listOnce(cluster: ClusterWatch, timeline: Timeline): Promise<void> {
  const source = await cluster.ready;
  const asked = source.namespaces?.length ?? 1;
  let expected = asked;
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
    // Where pods or events are forbidden there is nothing to wait for.
    if (envelope.type === 'access') {
      expected = asked - envelope.hidden.filter((h) => h.what === 'pods' && h.namespace !== null).length;
      if (envelope.hidden.some((h) => h.what === 'events')) events = asked;
    }
  }
  clearTimeout(timer);
}

// A session that ends waits no longer than that for its last line: what a kill leaves can be read as well.
const END_WITHIN_MS = 150;

async function show(options: LiveOptions, terminal: Terminal): Promise<void> {
  const how = options.notify?.map(notifyHowOf) ?? [];
  const changes = new Changes();
  const cluster = watch(options, terminal, true, () => changes.tell());
  const startedAt = systemClock.now();
  const timeline = new LiveTimeline(startedAt, ARRIVALS_KEPT);
  const notices: string[] = [];
  const notify = (notice: string) => {
    notices.push(notice);
    changes.tell();
  };
  let history: KeptSession | null = null;
  let endAlerting = () => {};
  try {
    // The first contact is made before the screen opens, so that what is wrong is said where the person typed.
    await cluster.ready;
    history =
      options.history === false
        ? null
        : new KeptSession({
            cluster,
            startedAt,
            env: terminal.env,
            notify,
            logs: options.historyLogs === true,
            limits: limitsOf(options),
          });
    const session = liveSession({ cluster, timeline, changes, startedAt, notices, save: () => save(history, notify) });
    if (how.length > 0) {
      endAlerting = startAlerting({
        how,
        stdout: terminal.stdout,
        env: terminal.env,
        context: cluster.info.name,
        notify,
        timeline: () => timeline.current,
        connection: session.connection,
      });
    }
    await terminal.show(session, async () => {
      if (history === null) timeline.settle();
      else void history.readBack(timeline).then(() => changes.tell());
      await feed(
        timeline,
        envelopesOf(cluster, history),
        () => changes.tell(),
        () => systemClock.now(),
      );
    });
  } finally {
    endAlerting();
    await cluster.stop();
    await Promise.race([history?.end(), pause(END_WITHIN_MS)]);
  }
}

function limitsOf({ historySize, historyAge }: LiveOptions): HistoryLimits {
  return { bytes: historySize ?? DEFAULT_HISTORY.bytes, keptForMs: historyAge ?? DEFAULT_HISTORY.keptForMs };
}

function save(history: KeptSession | null, notify: (notice: string) => void): void {
  if (history === null) notify('nothing is kept that could be saved: this session was started with --no-history');
  else void history.save().then(notify);
}

async function* envelopesOf(cluster: ClusterWatch, history: KeptSession | null): AsyncGenerator<Envelope> {
  for await (const { line, envelope } of cluster.arrivals) {
    history?.take(line);
    yield envelope;
    await history?.room();
  }
}

interface LiveParts {
  readonly cluster: ClusterWatch;
  readonly timeline: LiveTimeline;
  readonly changes: Changes;
  readonly startedAt: number;
  readonly notices: readonly string[];
  readonly save: () => void;
}

function liveSession({ cluster, timeline, changes, startedAt, notices, save }: LiveParts): Session {
  return {
    kind: 'live',
    get timeline() {
      return timeline.current;
    },
    get source() {
      return cluster.info;
    },
    playback: liveAt(startedAt, timeline.current),
    clock: systemClock,
    connection: (): Connection => connectionOf(cluster.status(), cluster.info, timeline.current, startedAt),
    activity: () => activityOf(cluster.status(), startedAt),
    prefer: (podUid, container) => cluster.prefer(podUid, container),
    notices: () => notices,
    subscribe: changes.subscribe,
    getObject: async ({ pod }) => redactObject('Pod', await cluster.getPod(pod.namespace, pod.name)),
    save,
  };
}
