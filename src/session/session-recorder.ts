import { join } from 'node:path';
import { stateDirectory } from '../process/state-directory.ts';
import { systemClock } from '../process/system-clock.ts';
import { VERSION } from '../process/version.ts';
import { copyRecording } from '../recording/copy-recording.ts';
import type { RecordingLine } from '../recording/line.ts';
import { clusterDirectory, type HistoryLimits } from '../recording/session-files.ts';
import { type KeptLogs, SessionHistory } from '../recording/session-history.ts';
import { earlierSessions } from '../sources/history.ts';
import type { ClusterWatch } from '../sources/kubernetes/cluster-watch.ts';
import { counted } from '../text/duration.ts';
import { safeLine } from '../text/safe-text.ts';
import type { LiveTimeline } from './live-timeline.ts';
import { maskedText } from './masked-words.ts';

/** The options of a recorded session. */
export interface SessionRecorderOptions {
  /** After its first contact. */
  readonly cluster: ClusterWatch;
  /** Epoch ms. */
  readonly startedAt: number;
  readonly env: NodeJS.ProcessEnv;
  readonly logs: KeptLogs;
  readonly limits: HistoryLimits;
  /** Tells the user something that has happened. */
  readonly notify: (notice: string) => void;
}

/** Writes a live session to the state directory, and reads earlier ones of the same cluster. */
export class SessionRecorder {
  readonly #options: SessionRecorderOptions;
  readonly #directory: string;
  readonly #history: SessionHistory;
  #saving = false;

  constructor(options: SessionRecorderOptions) {
    const { cluster, startedAt, env, logs, limits, notify } = options;
    const { context, serverVersion, namespaces, selector } = cluster.info;
    this.#options = options;
    this.#directory = join(stateDirectory(env), clusterDirectory(context ?? '', cluster.server));
    this.#history = new SessionHistory({
      directory: this.#directory,
      header: {
        startedAt,
        source: { kind: 'cluster', context, serverVersion, namespaces, selector },
        tool: `crashtop ${VERSION}`,
      },
      logs,
      limits,
      clock: systemClock,
      pid: process.pid,
      onFailure: notify,
    });
  }

  /** As {@link SessionHistory.room}. */
  room(): Promise<void> {
    return this.#history.room();
  }

  /** As {@link SessionHistory.take}. */
  take(line: RecordingLine): void {
    this.#history.take(line);
  }

  /** Puts earlier sessions before the timeline, after the current first list. Does not fail. */
  async readBack(timeline: LiveTimeline): Promise<void> {
    const { cluster, startedAt, notify } = this.#options;
    try {
      await timeline.listed;
      const earlier = await earlierSessions({ directory: this.#directory, scope: cluster.info, before: startedAt });
      if (earlier !== null) await timeline.putBefore(earlier, systemClock);
    } catch (error) {
      notify(`cannot read earlier sessions: ${describeError(error)}`);
    } finally {
      timeline.settle();
    }
  }

  /**
   * Saves this session to a new file in the working directory. @returns the result for the user.
   * Does not fail.
   */
  async save(): Promise<string> {
    if (this.#saving) return 'it is being saved';
    this.#saving = true;
    try {
      await this.#history.flush();
      const { files } = this.#history;
      if (files.length === 0) return 'there is nothing recorded to save';
      const now = systemClock.now();
      const file = `crashtop-${new Date(now).toISOString().slice(0, 19).replaceAll(':', '')}Z.ndjson.gz`;
      const { lines, masked } = await copyRecording(files, file, now);
      const cut = this.#history.hasFailed ? '; its end is missing' : '';
      return safeLine(`saved ${counted(lines, 'line')} to ${file}; ${maskedText(masked)}${cut}`);
    } catch (error) {
      return `could not save it: ${describeError(error)}`;
    } finally {
      this.#saving = false;
    }
  }

  /** As {@link SessionHistory.end}. */
  end(): Promise<void> {
    return this.#history.end();
  }
}

function describeError(error: unknown): string {
  return safeLine(error instanceof Error ? error.message : String(error));
}
