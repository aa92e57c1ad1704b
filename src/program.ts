import { Command, CommanderError, Option } from 'commander';
import type { DemoOptions } from './commands/demo.ts';
import type { LiveOptions } from './commands/live.ts';
import type { MetricsOptions } from './commands/metrics.ts';
import type { CheckOptions } from './commands/options/check-options.ts';
import { withClusterOptions, withDebugLog } from './commands/options/cluster-options.ts';
import { EXPLANATIONS, type ExplainOptions } from './commands/options/explain-options.ts';
import {
  ageOption,
  collect,
  countOption,
  durationOption,
  formatOption,
  hostNamesOption,
  listenOption,
  sizeOption,
  speedOption,
  wholeNumberOption,
} from './commands/options/options.ts';
import type { RedactOptions } from './commands/options/redact-options.ts';
import { REPORTS, type ReportOptions } from './commands/options/report-options.ts';
import { PICTURES, type ShotOptions, VIEWS } from './commands/options/shot-options.ts';
import type { RecordOptions } from './commands/record.ts';
import type { ReplayOptions } from './commands/replay.ts';
import type { Terminal } from './process/terminal.ts';
import { VERSION } from './process/version.ts';
import type { ClusterOptions } from './session/watch-cluster.ts';
import { safeLine } from './text/safe-text.ts';
import { joinLines } from './text/truncate.ts';

const EXAMPLES = `
Examples:
  crashtop                                   every crash loop of the cluster, live
  crashtop -n payments,shop                  two namespaces
  crashtop --once -o json | jq .counts       for scripts
  crashtop demo                              a recorded incident, without a cluster
  crashtop record -o incident.ndjson.gz      record until Ctrl-C
  crashtop replay incident.ndjson.gz         play the recording; ? shows the keys
  crashtop replay FILE --at 12m30s -o json   one moment, for programs
  crashtop history                           list the recorded live sessions
  crashtop replay --last                     play the newest one
  kubectl get pods -A -w --output-watch-events -o json | crashtop replay -

crashtop only reads. Exit codes: 0 fine, 1 check found a problem, 2 wrong usage or unreadable input, 3 the environment or missing permissions prevented an answer.`;

// With less, a busy cluster's history would last only minutes.
const MIN_HISTORY_BYTES = 10_000_000;

// With less, each file would be mostly its beginning.
const MIN_ROTATE_BYTES = 10_000;

const REPLAY_EXAMPLES = `
Examples:
  crashtop replay incident.ndjson.gz --at 12m30s             opens there
  crashtop replay incident.ndjson.gz --at end                a table, where the output is a pipe
  crashtop replay incident.ndjson.gz --every 10s -o ndjson   one snapshot a line
  crashtop replay incident.ndjson.gz --runs -o ndjson        every run of every container

TIME is RFC 3339 (2026-11-22T15:04:05Z), an offset from the start (90s, 12m30s) or end.
For a time after the end, it shows what was known at the end; stderr says when that was.`;

/**
 * The command line of crashtop. Each command loads what it needs when it runs: a replay never loads
 * the client.
 */
export function program(terminal: Terminal): Command {
  const root = withClusterOptions(
    new Command('crashtop')
      .description('top for Kubernetes crash loops: why, every run, and a countdown to the next start')
      .version(VERSION, '-V, --version', 'print the version')
      .helpOption('-h, --help', 'print this help')
      .helpCommand(false)
      .enablePositionalOptions()
      .exitOverride()
      .configureOutput({
        writeOut: (text) => terminal.stdout.write(text),
        writeErr: (text) => terminal.stderr.write(text),
        outputError: (text, writeError) => writeError(oneLine(text)),
      })
      .option('--debug', 'print the stack trace of an error')
      .addHelpText('after', EXAMPLES),
  )
    .option('--once', 'print once, after the first list of pods, and exit')
    .addOption(formatOption())
    .option(
      '--notify <how>',
      'notify about new loops, recoveries and changed causes: bell, osc9, osc777 or command:PATH; repeatable',
      collect,
    )
    .addOption(
      new Option(
        '--acknowledgements <file>',
        'the file that holds acknowledgements (x), which a team can share (default: a private one in the state directory)',
      ).env('CRASHTOP_ACKNOWLEDGEMENTS'),
    )
    .option('--no-history', 'do not save this session on disk, and do not read earlier ones')
    .option('--history-logs', 'save all log lines that were read of ended runs (default: the error line and the last 20)')
    .option('--no-history-logs', 'save no logs of ended runs')
    .addOption(
      sizeOption('--history-size <size>', 'keep at most this much per cluster (default: 500MB)', MIN_HISTORY_BYTES).env(
        'CRASHTOP_HISTORY_SIZE',
      ),
    )
    .addOption(
      ageOption('--history-age <age>', 'keep sessions for this long, such as 36h or 30d (default: 7d)').env(
        'CRASHTOP_HISTORY_AGE',
      ),
    )
    .allowExcessArguments(false)
    .action(async (options: LiveOptions) => {
      const { live } = await import('./commands/live.ts');
      await live(options, terminal);
    });
  addDemo(root, terminal);
  addReplay(root, terminal);
  addRecord(root, terminal);
  addRedact(root, terminal);
  addHistory(root, terminal);
  addCheck(root, terminal);
  addMetrics(root, terminal);
  addExplain(root, terminal);
  addReport(root, terminal);
  addShot(root, terminal);
  root.hook('preAction', async (_, command) => {
    const { debugLog } = command.optsWithGlobals<{ debugLog?: string }>();
    if (debugLog !== undefined) await terminal.openDebugLog(debugLog);
  });
  return root;
}

function addDemo(root: Command, terminal: Terminal): void {
  withDebugLog(root.command('demo'))
    .description('play a recorded incident that comes with crashtop')
    .argument('[name]', 'which incident: see --list')
    .option('--list', 'list the incidents')
    .option('--once', 'print its most interesting moment, and exit')
    .addOption(formatOption())
    .addOption(speedOption())
    .action(async (name: string | undefined, options: DemoOptions) => {
      const { demo } = await import('./commands/demo.ts');
      await demo(name, options, terminal);
    });
}

function addReplay(root: Command, terminal: Terminal): void {
  withDebugLog(root.command('replay'))
    .description('play a recording or output of kubectl')
    .argument('[file...]', 'a recording; a dump directory; or output of kubectl, in one file or several; - for standard input')
    .option('--last', 'the newest recorded live session (crashtop history lists them)')
    .option('--at <time>', 'where to start, or the moment to print; repeatable with -o ndjson', collect)
    .addOption(durationOption('--every <duration>', 'print a moment at this interval, from the start, including the end'))
    .option('--runs', 'print every known run, one per line')
    .option('--once', 'print one moment (the end, or --at), and exit')
    .addOption(formatOption())
    .addOption(speedOption())
    .option('--lenient', 'skip and count unreadable lines')
    .addHelpText('after', REPLAY_EXAMPLES)
    .action(async (files: string[], options: ReplayOptions) => {
      const { replay } = await import('./commands/replay.ts');
      await replay(files, options, terminal);
    });
}

function addRecord(root: Command, terminal: Terminal): void {
  withClusterOptions(root.command('record').description('record a cluster to a file, without its secrets'))
    .requiredOption('-o, --output <file>', 'the file to write (.ndjson or .ndjson.gz), or - for standard output')
    .addOption(durationOption('--for <duration>', 'stop after this long (default: until Ctrl-C)'))
    .option('--overwrite', 'replace an existing file once the new one is complete')
    .addOption(
      sizeOption(
        '--rotate <size>',
        'continue in another file (FILE.2.ndjson.gz, ...) at this size, such as 100MB',
        MIN_ROTATE_BYTES,
      ),
    )
    .addOption(
      new Option('--redact <how>', 'strict: replaces all names, and omits logs and free text')
        .choices(['standard', 'strict'])
        .default('standard'),
    )
    .action(async (options: RecordOptions, command: Command) => {
      const { record } = await import('./commands/record.ts');
      // kubectl's options are accepted before the command's name, too.
      const outer: ClusterOptions = command.parent?.opts() ?? {};
      await record({ ...outer, ...options }, terminal);
    });
}

const REDACT_EXAMPLES = `
Examples:
  crashtop redact raw.ndjson.gz -o shared.ndjson.gz
  kubectl get pods -A -o json | crashtop redact - -o pods.json
  crashtop redact incident.ndjson.gz --redact strict -o other-names.ndjson.gz

It reports what it masked, by kind and count; on a terminal also the first characters of each secret (at most three) and its length.`;

function addRedact(root: Command, terminal: Terminal): void {
  root
    .command('redact')
    .description('copy a recording or kubectl output without its secrets, and report what was masked')
    .argument('<file>', 'a recording, or JSON or YAML output of kubectl; - for standard input')
    .requiredOption('-o, --output <file>', 'the file to write, gzipped if it ends in .gz, or - for standard output')
    .addOption(
      new Option('--redact <how>', 'strict: replaces all names, and omits logs and free text')
        .choices(['standard', 'strict'])
        .default('standard'),
    )
    .option('--overwrite', 'replace an existing file')
    .option('--lenient', 'skip and count unreadable lines')
    .addHelpText('after', REDACT_EXAMPLES)
    .action(async (file: string, options: RedactOptions) => {
      const { redact } = await import('./commands/redact.ts');
      await redact(file, options, terminal);
    });
}

function addHistory(root: Command, terminal: Terminal): void {
  root
    .command('history')
    .description('list the recorded live sessions')
    .action(async () => {
      const { history } = await import('./commands/history.ts');
      await history(terminal);
    });
}

const CHECK_EXAMPLES = `
Examples:
  crashtop check -n shop -l app=web --for 5m             after a deployment: does anything loop?
  crashtop check --for 10m --max-restarts 2 --fail-fast  allow two restarts; stop at the first failure
  crashtop check -n shop --ignore completed-loop --junit crashtop.xml
  crashtop check -n shop --acknowledged team.yaml        except what the team acknowledged (crashtop --acknowledgements)
  crashtop check incident.ndjson.gz --from 5m --to 10m -o json

A container fails if it loops at the end, if it crashed in the window more often than --max-restarts allows, or if its start
kept failing (image, configuration, volume, scheduling) at any time in the window. Containers that looped before and are
recovering are listed, and pass. A workload fails if its pods cannot be created at the end, or failed for good in the window
(Jobs, quota, evictions). Without --for it checks once: only what loops now is found. Restarts after a deletion, a resize or an
edited image are no crashes. With --acknowledged, problems acknowledged on the screen (x) pass until they change or the time is
over; they are counted and listed. The file identifies the cluster of a recording by its context name, a live one by its server.

Exit codes: 0 nothing failed; 1 something failed; 2 wrong usage; 3 unknown: the server was not reached or was lost, pods are
forbidden or were not visible at the end, no pod matched (--allow-empty), or a signal ended it. A failure outweighs what was
not seen.`;

function addCheck(root: Command, terminal: Terminal): void {
  withClusterOptions(root.command('check').description('watch, and report by exit code whether anything crash-looped'))
    .argument('[file...]', 'check this instead of a cluster: a recording, or output of kubectl; - for standard input')
    .addOption(durationOption('--for <duration>', 'watch this long from the first list of pods on (default: check once)'))
    .option('--at <time>', 'for a recording: one moment')
    .option('--from <time>', 'for a recording: start of the window (default: its first list of pods)')
    .option('--to <time>', 'for a recording: end of the window (default: end)')
    .addOption(wholeNumberOption('--max-restarts <count>', 'restarts allowed per container in the window (default: 0)'))
    .option('--ignore <causes>', 'causes that do not fail the check, separated by commas (crashtop explain --list)', collect)
    .option(
      '--acknowledged <file>',
      'problems acknowledged in this file do not fail the check until they change (default: all do)',
    )
    .option('--fail-fast', 'stop as soon as something has failed for good')
    .option('--allow-empty', 'pass even if no pod matched')
    .option(
      '--junit <file>',
      'also write the verdict as JUnit XML; replaces an existing file (of a symbolic link, the link itself)',
    )
    .option('--lenient', 'for a recording: skip and count lines that cannot be read')
    .addOption(new Option('-o, --output <format>', 'format of the verdict').choices(['text', 'json']).default('text'))
    .addHelpText('after', CHECK_EXAMPLES)
    .action(async (files: string[], options: CheckOptions, command: Command) => {
      const { check } = await import('./commands/check.ts');
      await check(files, { ...outerOf(command), ...options }, terminal);
    });
}

const METRICS_EXAMPLES = `
Examples:
  crashtop metrics -A                             http://127.0.0.1:9464/metrics
  crashtop metrics -n shop --listen 0.0.0.0:9464  for a remote Prometheus: anyone who can connect can read
  crashtop metrics --listen 0.0.0.0:9464 --allowed-host crashtop.monitoring.svc

It answers requests to an IP address (as Prometheus sends to pods), to localhost, or to an --allowed-host, and to no other name,
which a web page could point at it (DNS rebinding).

Per container: crashtop_container_restarts_total, _last_exit_code, _retry_seconds, _trouble (a state set) and _cause_info; of
crashtop itself: crashtop_up, _data_age_seconds, _gaps_total, _pods, _hidden_info, _build_info. OpenMetrics for clients that accept
it, else the Prometheus text format. To load the history of a recording into Prometheus:
  crashtop report FILE --format openmetrics -o history.om && promtool tsdb create-blocks-from openmetrics history.om data`;

function addMetrics(root: Command, terminal: Terminal): void {
  withClusterOptions(root.command('metrics').description('watch, and serve metrics to Prometheus (OpenMetrics)'))
    .addOption(
      listenOption('--listen <address>', 'address to listen on').default({ host: '127.0.0.1', port: 9464 }, '127.0.0.1:9464'),
    )
    .addOption(hostNamesOption('--allowed-host <name>', 'also answer to this host name (a Service or an Ingress); repeatable'))
    .addHelpText('after', METRICS_EXAMPLES)
    .action(async (options: MetricsOptions, command: Command) => {
      const { metrics } = await import('./commands/metrics.ts');
      await metrics({ ...outerOf(command), ...options }, terminal);
    });
}

// kubectl's options are accepted before the command's name, too.
function outerOf(command: Command): ClusterOptions {
  return command.parent?.opts() ?? {};
}

const EXPLAIN_EXAMPLES = `
Examples:
  crashtop explain                                    the worst problem in the cluster
  crashtop explain api-7d9f8c-x2kq4 -n payments       a pod
  crashtop explain deploy/gateway -n shop             a workload: its pod in most trouble
  crashtop explain gateway --file incident.ndjson.gz --at 12m30s
  crashtop explain oom-killed                         a cause; --list lists all
  crashtop explain crash-loop-back-off                what that status means

NAME is a pod, a workload, KIND/NAME, NAMESPACE/NAME, or a cause. The name of a cause means the cause, unless -n or --file is
given and a pod there has that name.`;

function addExplain(root: Command, terminal: Terminal): void {
  withClusterOptions(root.command('explain').description('explain on one page what is wrong with a pod, or what a cause means'))
    .argument('[name]', 'a pod, a workload or a cause (default: the worst problem)')
    .option('-c, --container <name>', 'the container (default: the one in most trouble)')
    .option('--file <file>', 'read this instead of the cluster: a recording, or output of kubectl; - for standard input', collect)
    .option('--at <time>', 'for a recording: the moment (default: end)')
    .option('--list', 'list the causes')
    .addOption(new Option('-o, --output <format>', 'output format').choices(EXPLANATIONS).default('text'))
    .option('--lenient', 'for a recording: skip and count lines that cannot be read')
    .addHelpText('after', EXPLAIN_EXAMPLES)
    .action(async (name: string | undefined, options: ExplainOptions, command: Command) => {
      const { explain } = await import('./commands/explain.ts');
      await explain(name, { ...outerOf(command), ...options }, terminal);
    });
}

const REPORT_EXAMPLES = `
Examples:
  crashtop report incident.ndjson.gz -o incident.html      one file, to mail or print
  crashtop report incident.ndjson.gz --from 5m --to 20m    a part, as Markdown on standard output
  crashtop report --last -o night.html                     the newest recorded live session
  crashtop report --for 10m -n shop -o shop.md             watch the cluster first
  crashtop report incident.ndjson.gz -o history.openmetrics
      and promtool tsdb create-blocks-from openmetrics history.openmetrics backfills a Prometheus`;

function addReport(root: Command, terminal: Terminal): void {
  withClusterOptions(root.command('report').description('write an incident report: summary, problems, runs, events, logs'))
    .argument('[file...]', 'a recording, or output of kubectl; - for standard input')
    .option('--last', 'the newest recorded live session')
    .addOption(durationOption('--for <duration>', 'watch the cluster for this long, from now on'))
    .option('--from <time>', 'for a recording: start of the report (default: its start)')
    .option('--to <time>', 'for a recording: end of the window (default: end)')
    .addOption(new Option('--format <format>', 'what to write (default: by the output name, else md)').choices(REPORTS))
    .option('-o, --output <file>', 'the file to write, or - for standard output', '-')
    .option('--overwrite', 'replace an existing file once the new one is complete')
    .option('--lenient', 'for a recording: skip and count lines that cannot be read')
    .addHelpText('after', REPORT_EXAMPLES)
    .action(async (files: string[], options: ReportOptions, command: Command) => {
      const { report } = await import('./commands/report.ts');
      await report(files, { ...outerOf(command), ...options }, terminal);
    });
}

const SHOT_EXAMPLES = `
Examples:
  crashtop shot incident.ndjson.gz --at 2m35s -o screen.svg                   the main screen
  crashtop shot incident.ndjson.gz --at 2m35s -o why.svg --view why --theme light
  crashtop shot incident.ndjson.gz --keys '/ gateway Enter G Enter' -o -      as text, after these keys

KEYS are spelled as in the help (Enter, Esc, PgDn, Ctrl-f, Shift-←), separated by spaces; other words are typed.`;

function addShot(root: Command, terminal: Terminal): void {
  root
    .command('shot')
    .description('save the screen at one moment of a recording, as a picture or text')
    .argument('<file...>', 'a recording, or output of kubectl; - for standard input')
    .option('--at <time>', 'the moment: RFC 3339, an offset from the start (12m30s) or end', 'end')
    .requiredOption('-o, --output <file>', 'the file to write (.svg, .ansi or .txt), or - for standard output')
    .addOption(new Option('--format <format>', 'format, whatever the file extension').choices(PICTURES))
    .addOption(countOption('--columns <count>', 'width of the screen, in characters').default(120))
    .addOption(countOption('--rows <count>', 'height of the screen, in lines').default(30))
    .addOption(new Option('--theme <theme>', 'colours of an SVG').choices(['dark', 'light']).default('dark'))
    .addOption(new Option('--view <view>', 'what to show about the selected row').choices(VIEWS).default('main'))
    .option('--keys <keys>', 'keys to press first', collect)
    .option('--overwrite', 'replace an existing file once the new one is complete')
    .option('--lenient', 'skip and count unreadable lines')
    .addHelpText('after', SHOT_EXAMPLES)
    .action(async (files: string[], options: ShotOptions) => {
      const { shot } = await import('./commands/shot.ts');
      await shot(files, options, terminal);
    });
}

// commander may add a guess ("Did you mean …") on a line of its own.
function oneLine(text: string): string {
  const said = joinLines(text.replace(/^error: /, ''));
  return `crashtop: ${safeLine(said)}; see crashtop --help\n`;
}

/** True if the command line only asked for help or the version. */
export function isHelp(error: unknown): boolean {
  return error instanceof CommanderError && error.exitCode === 0;
}

/** True if commander has already reported the error. */
export function isSaid(error: unknown): boolean {
  return error instanceof CommanderError;
}
