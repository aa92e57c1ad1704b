import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isWorkloadEntry, type TableEntry } from '../diagnosis/entry.ts';
import { problemListAt } from '../diagnosis/problem-list.ts';
import { deadRuns, exampleOf, hiddenBecause, logOf, type Subject } from '../diagnosis/subject.ts';
import { EnvironmentError } from '../process/environment-error.ts';
import { systemClock } from '../process/system-clock.ts';
import type { Terminal } from '../process/terminal.ts';
import { UsageError } from '../process/usage-error.ts';
import { write } from '../process/write.ts';
import { CRASH_LOOP, causeList, causeListJson, causePage, causePageJson, isCause } from '../report/explain/cause-pages.ts';
import { crashLoopPage, type Examples } from '../report/explain/crash-loop-page.ts';
import { targetOf, type Wanted } from '../report/explain/explain-target.ts';
import { type ExplanationFacts, explanationJson, explanationText } from '../report/explain/explanation.ts';
import { DeadlineReader } from '../session/deadline-reader.ts';
import { loadRecording, timeIn } from '../session/load-recording.ts';
import { counted } from '../text/duration.ts';
import type { SourceInfo } from '../timeline/envelope.ts';
import type { ClusterState, Gap } from '../timeline/state.ts';
import { Timeline } from '../timeline/timeline.ts';
import { inTableOrder } from '../view/table/in-table-order.ts';
import type { ExplainOptions } from './options/explain-options.ts';

/** One moment of a cluster or a recording. */
interface Moment {
  readonly state: ClusterState;
  readonly source: SourceInfo;
  readonly gaps: readonly Gap[];
  /** Epoch ms. */
  readonly now: number;
}

// A page is also read in a mail or an editor: at most this wide, and no wider than the terminal.
const MAX_WIDTH = 100;
const MIN_WIDTH = 60;

/**
 * `crashtop explain [NAME]`: a page about a pod or a workload, a cause, or crash loops in general.
 */
export async function explain(name: string | undefined, options: ExplainOptions, terminal: Terminal): Promise<void> {
  checkTogether(name, options);
  const { stdout } = terminal;
  const json = options.output === 'json';
  const width = widthOf(stdout as Partial<NodeJS.WriteStream>);
  if (options.list) return write(stdout, json ? causeListJson() : causeList());
  if (name !== undefined && isPage(name) && !hasPlace(options)) return page(name, options, width, terminal);
  const moment = await momentOf(options, terminal, pickOf(name, options));
  const listed = listedIn(moment, options);
  if (name === undefined) return worst(moment, listed, options, width, terminal);
  const target = targetOf(moment.state, listed, wantedOf(name, options), moment.now);
  if (target.type !== 'found') {
    if (target.type === 'missing' && isPage(name)) return page(name, options, width, terminal);
    throw notFound(target.why, moment);
  }
  if (isPage(name)) terminal.stderr.write(`crashtop: ${name} is also a page: crashtop explain ${name}, without -n and --file\n`);
  await explained({ ...moment, entry: target.entry, others: target.others }, json, width, terminal);
}

function checkTogether(name: string | undefined, { list, file, at, selector }: ExplainOptions): void {
  if (list && name !== undefined) throw new UsageError(`--list lists all causes: use it without ${name}`);
  if (at !== undefined && file === undefined) throw new UsageError('--at needs a recording: add --file');
  if (selector !== undefined && file !== undefined)
    throw new UsageError('-l selects pods of a cluster: it does not apply to a recording');
}

function isPage(name: string): boolean {
  return name === CRASH_LOOP || isCause(name);
}

// The name of a page needs no cluster. With a namespace or a file, it may name something there.
function hasPlace({ namespace, file }: ExplainOptions): boolean {
  return namespace !== undefined || file !== undefined;
}

// With hidden pods, something that was not found may still exist.
function notFound(why: string, { state }: Moment): Error {
  const hidden = state.hidden.find((h) => h.what === 'pods');
  return hidden === undefined ? new UsageError(why) : new EnvironmentError(`${why} (pods are hidden: ${hidden.why})`);
}

function widthOf({ columns }: Partial<NodeJS.WriteStream>): number {
  return Math.max(MIN_WIDTH, Math.min(MAX_WIDTH, columns ?? MAX_WIDTH));
}

async function explained(facts: ExplanationFacts, json: boolean, width: number, { stdout }: Terminal): Promise<void> {
  await write(stdout, json ? explanationJson(facts) : explanationText(facts, width));
}

async function worst(
  moment: Moment,
  listed: ReturnType<typeof problemListAt>,
  { output }: ExplainOptions,
  width: number,
  terminal: Terminal,
): Promise<void> {
  const [entry, ...others] = inTableOrder(listed, moment.now);
  if (entry !== undefined) return explained({ ...moment, entry, others }, output === 'json', width, terminal);
  const calm = `Nothing is crash-looping in ${moment.source.name}: ${counted(moment.state.names.size, 'pod')} checked.`;
  await write(terminal.stdout, output === 'json' ? `${JSON.stringify({ schemaVersion: 1, pod: null })}\n` : `${calm}\n`);
}

type Pick = (moment: Moment) => TableEntry | null;

const NOTHING: Pick = () => null;

async function momentOf(options: ExplainOptions, terminal: Terminal, pick: Pick): Promise<Moment> {
  return options.file === undefined ? liveMoment(options, terminal, pick) : recordedMoment(options.file, options, terminal);
}

// Selects what to explain from what is known so far.
function pickOf(name: string | undefined, options: ExplainOptions): Pick {
  return (moment) => {
    const { state } = moment;
    const listed = listedIn(moment, options);
    if (name === undefined) return inTableOrder(listed, moment.now)[0] ?? null;
    const target = targetOf(state, listed, wantedOf(name, options), moment.now);
    return target.type === 'found' ? target.entry : null;
  };
}

// Limits a recording to the namespaces asked for.
function listedIn({ state, now }: Moment, options: ExplainOptions): readonly TableEntry[] {
  const namespaces = namespacesOf(options);
  return problemListAt(state, now).filter(({ workload }) => namespaces?.includes(workload.namespace) ?? true);
}

function namespacesOf({ namespace }: ExplainOptions): readonly string[] | null {
  return namespace?.split(',').map((n) => n.trim()) ?? null;
}

function wantedOf(name: string, options: ExplainOptions): Wanted {
  return { name, namespaces: namespacesOf(options), container: options.container ?? null };
}

async function recordedMoment(files: readonly string[], { at, lenient }: ExplainOptions, terminal: Terminal): Promise<Moment> {
  const recording = await loadRecording(files, lenient ?? false, terminal);
  await recording.opened.close();
  const { timeline, opened } = recording;
  const now = timeIn(recording, '--at', at ?? 'end');
  return { state: timeline.stateAt(now), source: opened.info, gaps: timeline.gapsAt(now), now };
}

async function liveMoment(options: ExplainOptions, terminal: Terminal, pick: Pick): Promise<Moment> {
  const [{ watch }, { awaitLog, listOnce, restWithin }] = await Promise.all([
    import('../session/watch-cluster.ts'),
    import('../session/one-shot.ts'),
  ]);
  const cluster = watch(options, terminal, true);
  try {
    const timeline = new Timeline(systemClock.now());
    const moment = (): Moment => {
      const now = systemClock.now();
      return { state: timeline.head, source: cluster.info, gaps: timeline.gapsAt(now), now };
    };
    const reading = { cluster, arrivals: new DeadlineReader(cluster.arrivals), timeline };
    const restMs = restWithin(options.requestTimeout);
    await listOnce(reading, options.requestTimeout, false);
    const quoted = quotedIn(moment(), pick);
    if (quoted !== null) {
      cluster.prefer(quoted.entry.record.pod.uid, quoted.entry.container.name);
      await awaitLog(() => lacksLog({ ...quoted, state: timeline.head }), reading, restMs);
    }
    return moment();
  } finally {
    await cluster.stop();
  }
}

// The container whose final output the page needs: a workload's problem quotes one of its pods.
function quotedIn(moment: Moment, pick: Pick): Subject | null {
  const { state, now } = moment;
  const entry = pick(moment);
  if (entry === null) return null;
  return isWorkloadEntry(entry) ? exampleOf({ state, entry, now }) : { state, entry, now };
}

function lacksLog(subject: Subject): boolean {
  const [run] = deadRuns(subject);
  return run !== undefined && logOf(subject, run) === undefined && hiddenBecause(subject, 'logs') === null;
}

async function page(name: string, options: ExplainOptions, width: number, terminal: Terminal): Promise<void> {
  const json = options.output === 'json';
  if (isCause(name)) return write(terminal.stdout, json ? causePageJson(name) : causePage(name, width));
  if (json) throw new UsageError(`${name} is a page of text: it has no JSON`);
  await write(terminal.stdout, crashLoopPage(await examplesOf(options, terminal), width));
}

// A page of text must not wait for a slow cluster; it can do without.
const CLUSTER_WITHIN_MS = 3000;
// dist/ and demo-data/ are siblings, in the project and in the package.
const DEMO = new URL('../demo-data/bad-rollout.ndjson.gz', import.meta.url);
const DEMO_MOMENT = '5m';

async function examplesOf(options: ExplainOptions, terminal: Terminal): Promise<Examples> {
  if (options.file !== undefined) return { ...(await momentOf(options, terminal, NOTHING)), where: 'in the recording' };
  const cluster = liveMoment(options, terminal, NOTHING).then(
    (moment): Examples | null =>
      problemListAt(moment.state, moment.now).length === 0 ? null : { ...moment, where: 'in your cluster' },
    () => null,
  );
  return (await Promise.race([cluster, pause(CLUSTER_WITHIN_MS, null, { ref: false })])) ?? demoExamples(terminal);
}

async function demoExamples(terminal: Terminal): Promise<Examples> {
  return {
    ...(await recordedMoment([fileURLToPath(DEMO)], { output: 'text', at: DEMO_MOMENT }, terminal)),
    where: 'in the demo',
  };
}
