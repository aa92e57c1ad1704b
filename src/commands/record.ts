import type { RecordingLine } from '../recording/line.ts';
import type { OutputError } from '../recording/output-error.ts';
import { RecordingWriter } from '../recording/writer.ts';
import type { ClusterWatch } from '../sources/kubernetes/source.ts';
import { type ClusterOptions, watch } from './cluster-options.ts';
import { systemClock } from './system-clock.ts';
import type { Terminal } from './terminal.ts';
import { VERSION } from './version.ts';

/** The options of `crashtop record`. */
export interface RecordOptions extends ClusterOptions {
  readonly output: string;
  /** How long, in ms; until a signal where it is not given. */
  readonly for?: number;
  readonly overwrite?: boolean;
}

/** `crashtop record -o FILE`: writes what a cluster says, redacted, until the time is over or a signal comes. */
export async function record(options: RecordOptions, terminal: Terminal): Promise<void> {
  const cluster = watch(options, terminal.env, true);
  let failed: OutputError | null = null;
  const stop = stopper(cluster, options.for);
  try {
    const source = await cluster.ready;
    const startedAt = systemClock.now();
    const { context, serverVersion, namespaces, selector } = source;
    const header = {
      startedAt,
      source: { kind: 'cluster', context, serverVersion, namespaces, selector },
      tool: `crashtop ${VERSION}`,
    };
    const writer = await RecordingWriter.open(header, {
      file: options.output,
      stdout: terminal.stdout,
      overwrite: options.overwrite ?? false,
      onFailure: (error) => {
        failed = error;
        void cluster.stop();
      },
    });
    if (options.output !== '-')
      terminal.stderr.write(`crashtop: recording ${source.name} to ${options.output}; Ctrl-C ends it\n`);
    for await (const { line } of cluster.arrivals) await writer.write(relative(line, startedAt));
    if (failed !== null) throw failed;
    await writer.end(systemClock.now() - startedAt);
    if (options.output !== '-') {
      terminal.stderr.write(
        `crashtop: wrote ${writer.lines} lines to ${options.output}; play it with crashtop replay ${options.output}\n`,
      );
    }
  } finally {
    stop();
    await cluster.stop();
  }
}

/** A live line says epoch ms; in a file all times count from its start. */
function relative(line: RecordingLine, startedAt: number): RecordingLine {
  const t = Math.max(0, line.t - startedAt);
  return line.type === 'gap' ? { ...line, t, from: Math.max(0, line.from - startedAt) } : { ...line, t };
}

// A signal ends the recording cleanly: the arrivals end, and the end line is written.
function stopper(cluster: ClusterWatch, forMs: number | undefined): () => void {
  const end = () => void cluster.stop();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.once(signal, end);
  const timer = forMs === undefined ? undefined : setTimeout(end, forMs);
  return () => {
    for (const signal of signals) process.off(signal, end);
    clearTimeout(timer);
  };
}
