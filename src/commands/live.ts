import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Acknowledgement } from '../diagnosis/acknowledgement/acknowledgement.ts';
import type { AcknowledgementKeeper } from '../diagnosis/acknowledgement/acknowledgement-keeper.ts';
import type { Connection } from '../diagnosis/connection.ts';
import { stateDirectory } from '../process/state-directory.ts';
import { systemClock } from '../process/system-clock.ts';
import type { Terminal } from '../process/terminal.ts';
import { UsageError } from '../process/usage-error.ts';
import { userName } from '../process/user-name.ts';
import { write } from '../process/write.ts';
import { redactObject } from '../recording/redaction/standard.ts';
import { DEFAULT_HISTORY, type HistoryLimits } from '../recording/session-files.ts';
import { AcknowledgementsFile } from '../session/acknowledgements-file.ts';
import { notifyHowOf, startAlerting } from '../session/alerting.ts';
import { Changes, feed } from '../session/arrival-feed.ts';
import { ARRIVALS_KEPT } from '../session/arrivals-kept.ts';
import { activityOf, connectionOf } from '../session/connection-status.ts';
import { DeadlineReader } from '../session/deadline-reader.ts';
import type { Format } from '../session/format.ts';
import { LiveTimeline } from '../session/live-timeline.ts';
import { listOnce } from '../session/one-shot.ts';
import { momentText } from '../session/print.ts';
import { SessionRecorder } from '../session/session-recorder.ts';
import type { ClusterOptions } from '../session/watch-cluster.ts';
import { watch } from '../session/watch-cluster.ts';
import type { ClusterWatch } from '../sources/kubernetes/cluster-watch.ts';
import type { Envelope } from '../timeline/envelope.ts';
import { liveAt } from '../timeline/playback.ts';
import { RUNS_KEPT } from '../timeline/runs-in-memory.ts';
import { Timeline } from '../timeline/timeline.ts';
import type { Session } from '../ui/session.ts';

/** The options of `crashtop` without a command. */
export interface LiveOptions extends ClusterOptions {
  readonly once?: boolean;
  readonly output?: Format;
  /** false: the session is not saved, and earlier ones are not read. */
  readonly history?: boolean;
  /** Which logs to save in the history: all, none, or (undefined) the last lines. */
  readonly historyLogs?: boolean;
  /** How to notify: `bell`, `osc9`, `osc777`, `command:PATH`. */
  readonly notify?: readonly string[];
  /** The acknowledgements file; defaults to a private one. */
  readonly acknowledgements?: string;
  /** Limits of one cluster's history: size in bytes, age in ms. */
  readonly historySize?: number;
  readonly historyAge?: number;
}

/** `crashtop`: the screen on a live cluster, or one moment of it in print. */
export async function live(options: LiveOptions, terminal: Terminal): Promise<void> {
  const isShown = !options.once && options.output === undefined && terminal.isInteractive;
  if (options.notify !== undefined && !isShown)
    throw new UsageError('--notify works while the screen is open: start it on a terminal');
  if (isShown) await show(options, terminal);
  else await printOnce(options, terminal);
}

async function printOnce(options: LiveOptions, terminal: Terminal): Promise<void> {
  const cluster = watch(options, terminal, true);
  try {
    const timeline = new Timeline(systemClock.now());
    const reading = { cluster, arrivals: new DeadlineReader(cluster.arrivals), timeline };
    await listOnce(reading, options.requestTimeout, true);
    const now = systemClock.now();
    const state = timeline.head;
    const acknowledged = await acknowledgedNow(options, cluster, terminal);
    await write(
      terminal.stdout,
      momentText({ state, source: cluster.info, gaps: timeline.gapsAt(now), now, acknowledged }, options.output ?? 'table'),
    );
  } finally {
    await cluster.stop();
  }
}

// Only output for programs has acknowledgements: a table lists everything that is wrong.
async function acknowledgedNow(
  { acknowledgements: file, output = 'table' }: LiveOptions,
  cluster: ClusterWatch,
  { env, stderr }: Terminal,
): Promise<readonly Acknowledgement[]> {
  if (output === 'table' || output === 'wide') return [];
  const say = (notice: string) => stderr.write(`crashtop: ${notice}\n`);
  const keeper = acknowledgementsOf(file, cluster, env, say, () => {});
  await keeper.start();
  await keeper.end();
  return keeper.list();
}

// The longest wait for a session's last line at exit: a killed session is readable, too.
const END_WITHIN_MS = 150;

async function show(options: LiveOptions, terminal: Terminal): Promise<void> {
  const how = options.notify?.map(notifyHowOf) ?? [];
  const changes = new Changes();
  const notices: string[] = [];
  const notify = (notice: string) => {
    notices.push(notice);
    changes.tell();
  };
  const cluster = watch(options, terminal, true, { onStatus: () => changes.tell(), notify });
  const startedAt = systemClock.now();
  const timeline = new LiveTimeline(startedAt, ARRIVALS_KEPT.screen, RUNS_KEPT);
  let history: SessionRecorder | null = null;
  let acknowledgements: AcknowledgementsFile | null = null;
  let endAlerting = () => {};
  try {
    // Connect before the screen opens, so that errors appear in the shell.
    await cluster.ready;
    history =
      options.history === false
        ? null
        : new SessionRecorder({
            cluster,
            startedAt,
            env: terminal.env,
            notify,
            logs: options.historyLogs === undefined ? 'last' : options.historyLogs ? 'all' : 'none',
            limits: limitsOf(options),
          });
    acknowledgements = acknowledgementsOf(options.acknowledgements, cluster, terminal.env, notify, () => changes.tell());
    await acknowledgements.start();
    const keeper = acknowledgements;
    const session = liveSession({
      acknowledgements,
      cluster,
      timeline,
      changes,
      startedAt,
      notices,
      save: () => save(history, notify),
    });
    if (how.length > 0) {
      endAlerting = startAlerting({
        how,
        stdout: terminal.stdout,
        env: terminal.env,
        context: cluster.info.name,
        notify,
        timeline: () => timeline.current,
        connection: session.connection,
        acknowledged: () => keeper.list(),
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
    await acknowledgements?.end();
    await cluster.stop();
    await Promise.race([history?.end(), pause(END_WITHIN_MS)]);
  }
}

function limitsOf({ historySize, historyAge }: LiveOptions): HistoryLimits {
  return { bytes: historySize ?? DEFAULT_HISTORY.bytes, keptForMs: historyAge ?? DEFAULT_HISTORY.keptForMs };
}

function acknowledgementsOf(
  file: string | undefined,
  { info, server }: ClusterWatch,
  env: NodeJS.ProcessEnv,
  notify: (notice: string) => void,
  onChange: () => void,
): AcknowledgementsFile {
  return new AcknowledgementsFile({
    file: file ?? join(stateDirectory(env), 'acknowledged.yaml'),
    isOwn: file === undefined,
    cluster: { name: info.name, server },
    by: userName(),
    clock: systemClock,
    ...{ notify, onChange },
  });
}

function save(history: SessionRecorder | null, notify: (notice: string) => void): void {
  if (history === null) notify('nothing to save: this session was started with --no-history');
  else void history.save().then(notify);
}

async function* envelopesOf(cluster: ClusterWatch, history: SessionRecorder | null): AsyncGenerator<Envelope> {
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
  readonly acknowledgements: AcknowledgementKeeper;
}

function liveSession({ cluster, timeline, changes, startedAt, notices, save, acknowledgements }: LiveParts): Session {
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
    readEvents: (namespace, podUid) => cluster.readEvents(namespace, podUid),
    notices: () => notices,
    subscribe: changes.subscribe,
    getObject: async ({ pod }) => redactObject('Pod', await cluster.getPod(pod.namespace, pod.name)),
    save,
    acknowledgements,
  };
}
