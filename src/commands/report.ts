import { writeOutput } from '../process/output-file.ts';
import { systemClock } from '../process/system-clock.ts';
import type { Terminal } from '../process/terminal.ts';
import { UsageError } from '../process/usage-error.ts';
import { VERSION } from '../process/version.ts';
import { checkFile } from '../recording/new-file.ts';
import { Projector } from '../recording/projector.ts';
import { countMasked } from '../recording/redaction/masking/span.ts';
import { redactLine } from '../recording/redaction/standard.ts';
import { ARRIVALS_KEPT } from '../session/arrivals-kept.ts';
import { ConnectionWords } from '../session/connection-words.ts';
import { loadRecording, timeIn } from '../session/load-recording.ts';
import { maskedText } from '../session/masked-words.ts';
import type { ClusterWatch } from '../sources/kubernetes/cluster-watch.ts';
import { duration, grouped, timeOfDay } from '../text/duration.ts';
import type { SourceInfo } from '../timeline/envelope.ts';
import { Timeline } from '../timeline/timeline.ts';
import { lastSession } from './history.ts';
import { REPORTS, type ReportFormat, type ReportOptions } from './options/report-options.ts';

/** The input of a report: a timeline, and the part to report. Epoch ms. */
interface Reported {
  readonly timeline: Timeline;
  readonly source: SourceInfo;
  readonly from: number;
  readonly to: number;
}

/**
 * `crashtop report [FILE...] -o OUT`: a document about a recording, or about a cluster from now on.
 */
export async function report(files: readonly string[], options: ReportOptions, terminal: Terminal): Promise<void> {
  checkTogether(files, options);
  const format = options.format ?? formatOf(options.output);
  if (options.output !== '-') await checkFile(options.output, options.overwrite ?? false);
  const reported = await reportedOf(files, options, terminal);
  const text = await textOf(reported, format);
  let masked = 0;
  function* counting(): Generator<string> {
    for (const part of typeof text === 'string' ? [text] : text) {
      masked += countMasked(part);
      yield part;
    }
  }
  await writeOutput(options.output, counting(), options.overwrite ?? false, terminal.stdout);
  if (masked > 0) terminal.stderr.write(`crashtop: ${maskedText(masked)}; check the file before you share it\n`);
}

function checkTogether(files: readonly string[], options: ReportOptions): void {
  const { last, for: forMs, from, to, namespace, selector } = options;
  const given = [files.length > 0 && 'FILE', last === true && '--last', forMs !== undefined && '--for'].filter(
    (g) => g !== false,
  );
  if (given.length > 1) throw new UsageError(`${given.join(' and ')} exclude each other: use one of them`);
  if (given.length === 0)
    throw new UsageError('nothing to report: give a FILE, --last, or --for 10m to watch the cluster for that long');
  if (forMs !== undefined && (from ?? to) !== undefined)
    throw new UsageError('--from and --to need a recording: --for starts now');
  if (forMs === undefined && (namespace ?? selector) !== undefined)
    throw new UsageError('-n and -l need a cluster: a report covers the whole recording');
}

function formatOf(output: string): ReportFormat {
  if (output === '-') return 'md';
  const ending = REPORTS.find((format) => output.toLowerCase().endsWith(`.${format}`));
  if (ending === undefined) throw new UsageError(`-o: end the name in .md, .html or .json, or give --format`);
  return ending;
}

async function reportedOf(files: readonly string[], options: ReportOptions, terminal: Terminal): Promise<Reported> {
  if (options.for !== undefined) return watched(options, terminal);
  return recorded(files.length > 0 ? files : [await lastSession(terminal.env)], options, terminal);
}

async function recorded(files: readonly string[], options: ReportOptions, terminal: Terminal): Promise<Reported> {
  const recording = await loadRecording(files, options.lenient ?? false, terminal);
  const { timeline, opened } = recording;
  await opened.close();
  const from = options.from === undefined ? timeline.startedAt : timeIn(recording, '--from', options.from);
  const to = options.to === undefined ? Math.max(from, timeline.endedAt) : timeIn(recording, '--to', options.to);
  if (to < from) throw new UsageError('--to is before --from');
  return { timeline, source: opened.info, from, to };
}

function tooMuch(startedAt: number): string {
  return `more happened than fits in memory: the report starts at ${timeOfDay(startedAt)} UTC; for long times, report a recording (crashtop record)`;
}

async function watched(options: ReportOptions, terminal: Terminal): Promise<Reported> {
  const [{ watch }, { stopper }] = await Promise.all([import('../session/watch-cluster.ts'), import('./record.ts')]);
  const words = new ConnectionWords((said) => terminal.stderr.write(`crashtop: ${said}\n`));
  const cluster: ClusterWatch = watch(options, terminal, true, { onStatus: () => words.tell(cluster.status()) });
  const stop = stopper(cluster, options.for);
  try {
    const source = await cluster.ready;
    const from = systemClock.now();
    const timeline = new Timeline(from, ARRIVALS_KEPT.report);
    // More people read a report than a screen: it gets no more than a recording would hold.
    const projector = new Projector(0);
    terminal.stderr.write(`crashtop: watching ${source.name} for ${duration(options.for ?? 0)}, or until Ctrl-C\n`);
    for await (const { line } of cluster.arrivals) {
      const redacted = redactLine(line);
      const envelope = redacted === null ? null : projector.project(redacted, 0);
      if (envelope !== null) timeline.append(envelope);
    }
    const to = systemClock.now();
    timeline.close(to);
    if (timeline.startedAt > from) terminal.stderr.write(`crashtop: ${tooMuch(timeline.startedAt)}\n`);
    return { timeline, source: cluster.info, from: Math.max(from, timeline.startedAt), to };
  } finally {
    stop();
    await cluster.stop();
  }
}

// About a month of samples; for more, use a Prometheus that was running.
const MAX_STEPS = 100_000;

function tooLong(ms: number, maxMs: number): UsageError {
  const most = Math.floor(maxMs / DAY_MS);
  return new UsageError(
    `openmetrics has a sample every 30 s for at most ${most} days, and this is ${grouped(Math.ceil(ms / DAY_MS))} days: choose a part with --from and --to`,
  );
}

const DAY_MS = 24 * 60 * 60_000;

async function textOf({ timeline, source, from, to }: Reported, format: ReportFormat): Promise<string | Iterable<string>> {
  const tool = `crashtop ${VERSION}`;
  if (format === 'openmetrics') {
    const { STEP_MS, writeOpenMetrics } = await import('../report/metrics/openmetrics.ts');
    if (to - from > MAX_STEPS * STEP_MS) throw tooLong(to - from, MAX_STEPS * STEP_MS);
    return writeOpenMetrics(timeline, source, { from, to });
  }
  const { incidentOf } = await import('../report/incident/incident.ts');
  const incident = incidentOf(timeline, source, from, to);
  switch (format) {
    case 'html': {
      const { incidentHtml } = await import('../report/incident/incident-html.tsx');
      return incidentHtml(incident, tool);
    }
    case 'json': {
      const { incidentJson } = await import('../report/json/incident-json.ts');
      return incidentJson(incident, tool);
    }
    case 'md': {
      const { incidentMarkdown } = await import('../report/incident/incident-markdown.ts');
      return incidentMarkdown(incident, tool);
    }
  }
}
