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
  crashtop record -o incident.ndjson.gz      keep what happens; Ctrl-C ends it
  crashtop replay incident.ndjson.gz         play it; ? shows the keys
  crashtop replay FILE --at 12m30s -o json   one moment of it, for programs
  crashtop history                           live sessions keep themselves; these
  crashtop replay --last                     the newest of them
  kubectl get pods -A -w --output-watch-events -o json | crashtop replay -

crashtop only reads. Exit codes: 0 fine, 1 check found a problem, 2 wrong usage or unreadable input, 3 the environment or rights did not allow an answer.`;

// Below that, a busy cluster would be forgotten within minutes.
const LEAST_HISTORY = 10_000_000;

// Below that, what each file begins with is most of it.
const LEAST_ROTATE = 10_000;

const REPLAY_EXAMPLES = `
Examples:
  crashtop replay incident.ndjson.gz --at 12m30s             opens there
  crashtop replay incident.ndjson.gz --at end                a table, where the output is a pipe
  crashtop replay incident.ndjson.gz --every 10s -o ndjson   one snapshot a line
  crashtop replay incident.ndjson.gz --runs -o ndjson        every run of every container

TIME is RFC 3339 (2026-11-22T15:04:05Z), an offset from the start (90s, 12m30s) or end.
After the end, what was known then is shown, and stderr says where the end is.`;

/** The command line of crashtop. What a command needs is loaded when it is asked for: a replay never loads the client. */
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
    .option('--once', 'print once, after the first list of pods, and end')
    .addOption(formatOption())
    .option(
      '--notify <how>',
      'tell of new loops, recoveries and other causes: bell, osc9, osc777 or command:PATH; may be given several times',
      collect,
    )
    .addOption(
      new Option(
        '--acknowledgements <file>',
        'the file of what is acknowledged (x), which a team can share (default: its own, in the state directory)',
      ).env('CRASHTOP_ACKNOWLEDGEMENTS'),
    )
    .option('--no-history', 'keep nothing of this session on disk, and read nothing of earlier ones')
    .option('--history-logs', 'keep of the logs of dead runs all that was read (default: the telling line and the last 20)')
    .option('--no-history-logs', 'keep nothing of the logs of dead runs')
    .addOption(
      sizeOption('--history-size <size>', 'keep this much of the sessions of a cluster (default: 500MB)', LEAST_HISTORY).env(
        'CRASHTOP_HISTORY_SIZE',
      ),
    )
    .addOption(
      ageOption('--history-age <age>', 'keep them for so long, as in 36h or 30d (default: 7d)').env('CRASHTOP_HISTORY_AGE'),
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
    .argument('[name]', 'which one: see --list')
    .option('--list', 'list the incidents')
    .option('--once', 'print its interesting moment, and end')
    .addOption(formatOption())
    .addOption(speedOption())
    .action(async (name: string | undefined, options: DemoOptions) => {
      const { demo } = await import('./commands/demo.ts');
      await demo(name, options, terminal);
    });
}

function addReplay(root: Command, terminal: Terminal): void {
  withDebugLog(root.command('replay'))
    .description('play a recording, or what kubectl printed')
    .argument(
      '[file...]',
      'a recording; a directory of a dump; or what kubectl printed, in one file or several; - for standard input',
    )
    .option('--last', 'the newest live session that was kept (crashtop history lists them)')
    .option('--at <time>', 'where to begin, or which moment to print; several times with -o ndjson', collect)
    .addOption(durationOption('--every <duration>', 'print a moment each so often, from the start, the end included'))
    .option('--runs', 'print every run that is known, one a line')
    .option('--once', 'print one moment (the end, or --at), and end')
    .addOption(formatOption())
    .addOption(speedOption())
    .option('--lenient', 'skip and count lines that cannot be read')
    .addHelpText('after', REPLAY_EXAMPLES)
    .action(async (files: string[], options: ReplayOptions) => {
      const { replay } = await import('./commands/replay.ts');
      await replay(files, options, terminal);
    });
}

function addRecord(root: Command, terminal: Terminal): void {
  withClusterOptions(root.command('record').description('write what the cluster says to a recording, without its secrets'))
    .requiredOption('-o, --output <file>', 'the file to make (.ndjson or .ndjson.gz), or - for standard output')
    .addOption(durationOption('--for <duration>', 'end after so long (default: Ctrl-C ends it)'))
    .option('--overwrite', 'replace a file that is there, once the new one is whole')
    .addOption(
      sizeOption('--rotate <size>', 'go on in another file (FILE.2.ndjson.gz, ...) at this size, as in 100MB', LEAST_ROTATE),
    )
    .addOption(
      new Option('--redact <how>', 'strict: other names for all names, no logs, no free text')
        .choices(['standard', 'strict'])
        .default('standard'),
    )
    .action(async (options: RecordOptions, command: Command) => {
      const { record } = await import('./commands/record.ts');
      // kubectl's options may stand before the command's name as well.
      const outer: ClusterOptions = command.parent?.opts() ?? {};
      await record({ ...outer, ...options }, terminal);
    });
}

const REDACT_EXAMPLES = `
Examples:
  crashtop redact raw.ndjson.gz -o shared.ndjson.gz
  kubectl get pods -A -o json | crashtop redact - -o pods.json
  crashtop redact incident.ndjson.gz --redact strict -o other-names.ndjson.gz

What it masked is told by kind and count; on a terminal with at most three characters of each secret, and its length.`;

function addRedact(root: Command, terminal: Terminal): void {
  root
    .command('redact')
    .description('write a recording, or what kubectl printed, once more without its secrets, and tell what they were')
    .argument('<file>', 'a recording, or JSON or YAML that kubectl printed; - for standard input')
    .requiredOption('-o, --output <file>', 'the file to make, gzipped where it ends in .gz, or - for standard output')
    .addOption(
      new Option('--redact <how>', 'strict: other names for all names, no logs, no free text')
        .choices(['standard', 'strict'])
        .default('standard'),
    )
    .option('--overwrite', 'replace a file that is there')
    .option('--lenient', 'skip and count lines that cannot be read')
    .addHelpText('after', REDACT_EXAMPLES)
    .action(async (file: string, options: RedactOptions) => {
      const { redact } = await import('./commands/redact.ts');
      await redact(file, options, terminal);
    });
}

function addHistory(root: Command, terminal: Terminal): void {
  root
    .command('history')
    .description('list the live sessions that were kept')
    .action(async () => {
      const { history } = await import('./commands/history.ts');
      await history(terminal);
    });
}

const CHECK_EXAMPLES = `
Examples:
  crashtop check -n shop -l app=web --for 5m             after a deployment: does anything loop?
  crashtop check --for 10m --max-restarts 2 --fail-fast  two restarts may be; ends at the first failure
  crashtop check -n shop --ignore completed-loop --junit crashtop.xml
  crashtop check -n shop --acknowledged team.yaml        but for what the team knows of (crashtop --acknowledgements)
  crashtop check incident.ndjson.gz --from 5m --to 10m -o json

A container fails that loops at the end, that crashed in the window more often than the restarts that --max-restarts lets
pass, or whose start kept failing (image, configuration, volume, scheduling) at any time of it. What looped before and recovers
is named, and passes. A workload fails whose pods cannot be created at the end, or failed for good in the window (Jobs, quota,
evictions). Without --for it takes one look, of a moment: only what loops now is found. Restarts after a deletion, a resize or
an edited image are no crashes. --acknowledged lets pass what x acknowledged on the screen, until it changes or is over; it is
counted and named. A recording's cluster is found in that file by the name of its context, another by its server.

Exit codes: 0 nothing failed; 1 something did; 2 wrong usage; 3 it cannot be known: the server was not reached or lost, pods
are forbidden or were not seen at the end, no pod matched (--allow-empty), or a signal ended it. What failed counts before
what was not seen.`;

function addCheck(root: Command, terminal: Terminal): void {
  withClusterOptions(root.command('check').description('watch, and tell by the exit code whether anything crash-looped'))
    .argument('[file...]', 'what to check instead of a cluster: a recording, or what kubectl printed; - for standard input')
    .addOption(durationOption('--for <duration>', 'watch so long from the first list of pods on (default: one look)'))
    .option('--at <time>', 'of a recording: one moment')
    .option('--from <time>', 'of a recording: where the window begins (default: its first list of pods)')
    .option('--to <time>', 'of a recording: where it ends (default: end)')
    .addOption(wholeNumberOption('--max-restarts <count>', 'how many restarts of a container in the window may be (default: 0)'))
    .option('--ignore <causes>', 'causes that are no failure, separated by commas (crashtop explain --list)', collect)
    .option(
      '--acknowledged <file>',
      'what is acknowledged in this file and has not changed is no failure (default: everything is)',
    )
    .option('--fail-fast', 'end as soon as something has failed for good')
    .option('--allow-empty', 'let it pass that no pod matched')
    .option(
      '--junit <file>',
      'write the verdict as JUnit XML as well; a file (or a link, not what it points to) that is there is replaced',
    )
    .option('--lenient', 'of a recording: skip and count lines that cannot be read')
    .addOption(new Option('-o, --output <format>', 'how the verdict is printed').choices(['text', 'json']).default('text'))
    .addHelpText('after', CHECK_EXAMPLES)
    .action(async (files: string[], options: CheckOptions, command: Command) => {
      const { check } = await import('./commands/check.ts');
      await check(files, { ...outerOf(command), ...options }, terminal);
    });
}

const METRICS_EXAMPLES = `
Examples:
  crashtop metrics -A                             http://127.0.0.1:9464/metrics
  crashtop metrics -n shop --listen 0.0.0.0:9464  for a Prometheus elsewhere: whoever reaches it reads it
  crashtop metrics --listen 0.0.0.0:9464 --allowed-host crashtop.monitoring.svc

It answers who asks by an IP address (as Prometheus does of pods), by localhost, or by a name that it was told: a web page could
reach it by a name of its own (DNS rebinding).

Per container: crashtop_container_restarts_total, _last_exit_code, _retry_seconds, _trouble (a state set) and _cause_info; of
crashtop itself: crashtop_up, _data_age_seconds, _gaps_total, _pods, _hidden_info, _build_info. OpenMetrics for who accepts it,
else the text format of Prometheus. A recording's history becomes a Prometheus' own:
  crashtop report FILE --format openmetrics -o history.om && promtool tsdb create-blocks-from openmetrics history.om data`;

function addMetrics(root: Command, terminal: Terminal): void {
  withClusterOptions(root.command('metrics').description('watch, and serve what is seen to a Prometheus (OpenMetrics)'))
    .addOption(listenOption('--listen <address>', 'where to serve').default({ host: '127.0.0.1', port: 9464 }, '127.0.0.1:9464'))
    .addOption(
      hostNamesOption('--allowed-host <name>', 'answer to this name, too (a Service or an Ingress); may be given several times'),
    )
    .addHelpText('after', METRICS_EXAMPLES)
    .action(async (options: MetricsOptions, command: Command) => {
      const { metrics } = await import('./commands/metrics.ts');
      await metrics({ ...outerOf(command), ...options }, terminal);
    });
}

// kubectl's options may stand before the command's name as well.
function outerOf(command: Command): ClusterOptions {
  return command.parent?.opts() ?? {};
}

const EXPLAIN_EXAMPLES = `
Examples:
  crashtop explain                                    what is worst in the cluster
  crashtop explain api-7d9f8c-x2kq4 -n payments       a pod
  crashtop explain deploy/gateway -n shop             a workload: the pod of it in most trouble
  crashtop explain gateway --file incident.ndjson.gz --at 12m30s
  crashtop explain oom-killed                         the page of a cause; --list lists them
  crashtop explain crash-loop-back-off                what that status is, on one page

NAME is a pod, a workload, KIND/NAME, NAMESPACE/NAME, or a cause. A name of a cause means the cause, unless -n or --file says
where to look and a pod is called so there.`;

function addExplain(root: Command, terminal: Terminal): void {
  withClusterOptions(root.command('explain').description('tell on one page what is wrong with a pod, or what a cause is'))
    .argument('[name]', 'a pod, a workload or a cause (default: what is worst)')
    .option('-c, --container <name>', 'this container of it (default: the one in most trouble)')
    .option(
      '--file <file>',
      'look into this instead of the cluster: a recording, or what kubectl printed; - for standard input',
      collect,
    )
    .option('--at <time>', 'of a recording: the moment (default: end)')
    .option('--list', 'list the causes')
    .addOption(new Option('-o, --output <format>', 'how it is printed').choices(EXPLANATIONS).default('text'))
    .option('--lenient', 'of a recording: skip and count lines that cannot be read')
    .addHelpText('after', EXPLAIN_EXAMPLES)
    .action(async (name: string | undefined, options: ExplainOptions, command: Command) => {
      const { explain } = await import('./commands/explain.ts');
      await explain(name, { ...outerOf(command), ...options }, terminal);
    });
}

const REPORT_EXAMPLES = `
Examples:
  crashtop report incident.ndjson.gz -o incident.html      one file, to be mailed or printed
  crashtop report incident.ndjson.gz --from 5m --to 20m    a part of it, as Markdown on standard output
  crashtop report --last -o night.html                     the newest live session that was kept
  crashtop report --for 10m -n shop -o shop.md             watches the cluster first
  crashtop report incident.ndjson.gz -o history.openmetrics
      and promtool tsdb create-blocks-from openmetrics history.openmetrics backfills a Prometheus`;

function addReport(root: Command, terminal: Terminal): void {
  withClusterOptions(
    root.command('report').description('write what happened as a document: summary, problems, runs, events, logs'),
  )
    .argument('[file...]', 'a recording, or what kubectl printed; - for standard input')
    .option('--last', 'the newest live session that was kept')
    .addOption(durationOption('--for <duration>', 'watch the cluster for so long, from now on'))
    .option('--from <time>', 'of a recording: where the report begins (default: its start)')
    .option('--to <time>', 'of a recording: where it ends (default: end)')
    .addOption(new Option('--format <format>', 'what to write (default: by the name of the output, else md)').choices(REPORTS))
    .option('-o, --output <file>', 'the file to make, or - for standard output', '-')
    .option('--overwrite', 'replace a file that is there, once the new one is whole')
    .option('--lenient', 'of a recording: skip and count lines that cannot be read')
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

KEYS are spelled as in the help (Enter, Esc, PgDn, Ctrl-f, Shift-←), with spaces between them; other words are typed.`;

function addShot(root: Command, terminal: Terminal): void {
  root
    .command('shot')
    .description('write the screen at one moment of a recording, as a picture or as text')
    .argument('<file...>', 'a recording, or what kubectl printed; - for standard input')
    .option('--at <time>', 'the moment: RFC 3339, an offset from the start (12m30s) or end', 'end')
    .requiredOption('-o, --output <file>', 'the file to make (.svg, .ansi or .txt), or - for standard output')
    .addOption(new Option('--format <format>', 'what to make, whatever the name ends in').choices(PICTURES))
    .addOption(countOption('--columns <count>', 'the width of the screen, in characters').default(120))
    .addOption(countOption('--rows <count>', 'its height, in lines').default(30))
    .addOption(new Option('--theme <theme>', 'the colours of an SVG').choices(['dark', 'light']).default('dark'))
    .addOption(new Option('--view <view>', 'what is open, of the selected row').choices(VIEWS).default('main'))
    .option('--keys <keys>', 'keys to press before', collect)
    .option('--overwrite', 'replace a file that is there, once the new one is whole')
    .option('--lenient', 'skip and count lines that cannot be read')
    .addHelpText('after', SHOT_EXAMPLES)
    .action(async (files: string[], options: ShotOptions) => {
      const { shot } = await import('./commands/shot.ts');
      await shot(files, options, terminal);
    });
}

// commander may add a guess ("Did you mean …") on a line of its own.
function oneLine(text: string): string {
  const said = joinLines(text.replace(/^error: /, ''));
  return `crashtop: ${safeLine(said)}; crashtop --help lists what there is\n`;
}

/** Is it the end of a command line that only asked for help or the version? */
export function isHelp(error: unknown): boolean {
  return error instanceof CommanderError && error.exitCode === 0;
}

/** Has commander said already what is wrong? */
export function isSaid(error: unknown): boolean {
  return error instanceof CommanderError;
}
