import { createReadStream } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { shellWord } from '../process/shell-word.ts';
import { systemClock } from '../process/system-clock.ts';
import type { Terminal } from '../process/terminal.ts';
import { UsageError } from '../process/usage-error.ts';
import { VERSION } from '../process/version.ts';
import { OutputError } from '../recording/output-error.ts';
import { RecordingReader } from '../recording/reader.ts';
import { StrictRedaction } from '../recording/redaction/strict.ts';
import { RotatingWriter } from '../recording/rotating-writer.ts';
import { ConnectionWords } from '../session/connection-words.ts';
import { maskedText } from '../session/masked-words.ts';
import type { ClusterOptions } from '../session/watch-cluster.ts';
import { watch } from '../session/watch-cluster.ts';
import type { ClusterWatch } from '../sources/kubernetes/cluster-watch.ts';
import { counted } from '../text/duration.ts';

/** The options of `crashtop record`. */
export interface RecordOptions extends ClusterOptions {
  readonly output: string;
  /** How long to record, in ms; until a signal if not given. */
  readonly for?: number;
  readonly overwrite?: boolean;
  /** The size in bytes at which it continues in another file. */
  readonly rotate?: number;
  readonly redact?: 'standard' | 'strict';
}

/**
 * `crashtop record -o FILE`: records a cluster, redacted, until the time is over or a signal
 * arrives.
 */
export async function record(options: RecordOptions, terminal: Terminal): Promise<void> {
  const { output, rotate } = options;
  if (output === '-' && rotate !== undefined) throw new UsageError('--rotate needs a file: use -o FILE');
  const words = new ConnectionWords((said) => terminal.stderr.write(`crashtop: ${said}\n`));
  const cluster: ClusterWatch = watch(options, terminal, true, { onStatus: () => words.tell(cluster.status()) });
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
    const say = (words: string) => {
      if (output !== '-') terminal.stderr.write(`crashtop: ${words}\n`);
    };
    const writer = await RotatingWriter.open(header, {
      fileOf: partsOf(output, options.overwrite === true),
      rotateAt: rotate ?? null,
      stdout: terminal.stdout,
      overwrite: options.overwrite ?? false,
      strict: options.redact === 'strict' ? new StrictRedaction() : undefined,
      onPart: (file) => say(`continuing in ${file}`),
      // Whatever arrives until the failure is noticed is counted below.
      onFailure: () => void cluster.stop(),
    });
    say(`recording ${source.name} to ${output} until Ctrl-C`);
    await writeAll(cluster, writer);
    const [first, ...more] = writer.files;
    const where = more.length === 0 ? `${first}` : `${writer.files.length} files, the first is ${first}`;
    say(
      `wrote ${writer.lines} lines to ${where}; ${maskedText(writer.masked)}; play it with crashtop replay ${shellWord(first ?? '')}`,
    );
  } finally {
    stop();
    await cluster.stop();
  }
}

/**
 * Writes every arrival and the end.
 * @throws OutputError on failure, with the number of lost lines.
 */
async function writeAll(cluster: ClusterWatch, writer: RotatingWriter): Promise<void> {
  let failure: unknown = null;
  let refused = 0;
  for await (const { line } of cluster.arrivals) {
    const given = writer.lines;
    try {
      if (failure === null) await writer.write(line);
      else refused++;
    } catch (error) {
      failure = error;
      if (writer.lines === given) refused++;
      void cluster.stop();
    }
  }
  const given = writer.linesOfPart;
  try {
    if (failure === null) await writer.end(systemClock.now());
  } catch (error) {
    failure = error;
  }
  if (failure !== null) throw await withLoss(failure, writer, given, refused);
}

// The compressor and the system buffer lines: only the file itself shows which were written.
async function withLoss(failure: unknown, writer: RotatingWriter, given: number, refused: number): Promise<unknown> {
  const file = writer.pathOfPart;
  if (!(failure instanceof OutputError) || file === '-') return failure;
  let kept = 0;
  try {
    const reader = await RecordingReader.open(createReadStream(file), { file, lenient: true });
    kept = 1;
    for await (const batch of reader.batches()) kept += batch.length;
  } catch {
    // Even the header is missing.
  }
  const dropped = refused + Math.max(0, given - Math.max(1, kept));
  return new OutputError(`${failure.message}; ${counted(dropped, 'arrival')} dropped`, { cause: failure });
}

// x.ndjson.gz, x.2.ndjson.gz, ...: the number precedes the suffix, which gives the compression.
// Skips existing names: a recording must not end because of one.
function partsOf(output: string, overwrite: boolean): (part: number) => Promise<string> {
  const [, stem = output, suffix = ''] = /^(.*?)((?:\.ndjson|\.json)?(?:\.gz)?)$/s.exec(output) ?? [];
  let number = 1;
  return async (part) => {
    if (part === 1) return output;
    do number++;
    while (!overwrite && (await isTaken(`${stem}.${number}${suffix}`)));
    return `${stem}.${number}${suffix}`;
  };
}

async function isTaken(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/**
 * Ends a watch at a signal, or after `forMs`. Its arrivals then end without loss.
 * @returns a function that removes the signal handlers.
 */
export function stopper(cluster: ClusterWatch, forMs: number | undefined): () => void {
  const end = () => void cluster.stop();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.once(signal, end);
  const timer = forMs === undefined ? undefined : setTimeout(end, forMs);
  return () => {
    for (const signal of signals) process.off(signal, end);
    clearTimeout(timer);
  };
}
