import { Command, CommanderError, Option } from 'commander';
import { safeLine } from '../model/safe-text.ts';
import { type ClusterOptions, withClusterOptions } from './cluster-options.ts';
import type { DemoOptions } from './demo.ts';
import type { LiveOptions } from './live.ts';
import { collect, durationOption, formatOption, sizeOption, speedOption } from './options.ts';
import type { RecordOptions } from './record.ts';
import type { ReplayOptions } from './replay.ts';
import type { Terminal } from './terminal.ts';
import { VERSION } from './version.ts';

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

crashtop only reads. Exit codes: 0 fine, 2 wrong usage or unreadable input, 3 the environment or rights did not allow an answer.`;

// Below that, what each file begins with is most of it.
const LEAST_ROTATE = 10_000;

const REPLAY_EXAMPLES = `
Examples:
  crashtop replay incident.ndjson.gz --at 12m30s             opens there
  crashtop replay incident.ndjson.gz --at end                a table, where the output is a pipe
  crashtop replay incident.ndjson.gz --every 10s -o ndjson   one snapshot a line
  crashtop replay incident.ndjson.gz --runs -o ndjson        every run of every container

TIME is RFC 3339 (2026-11-22T15:04:05Z), an offset from the start (90s, 12m30s) or end.`;

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
    .option('--no-history', 'keep nothing of this session on disk, and read nothing of earlier ones')
    .option('--history-logs', 'keep the logs of dead runs as well (secrets in them are masked as far as they look like some)')
    .allowExcessArguments(false)
    .action(async (options: LiveOptions) => {
      const { live } = await import('./live.ts');
      await live(options, terminal);
    });
  addDemo(root, terminal);
  addReplay(root, terminal);
  addRecord(root, terminal);
  addHistory(root, terminal);
  return root;
}

function addDemo(root: Command, terminal: Terminal): void {
  root
    .command('demo')
    .description('play a recorded incident that comes with crashtop')
    .argument('[name]', 'which one: see --list')
    .option('--list', 'list the incidents')
    .option('--once', 'print its interesting moment, and end')
    .addOption(formatOption())
    .addOption(speedOption())
    .action(async (name: string | undefined, options: DemoOptions) => {
      const { demo } = await import('./demo.ts');
      await demo(name, options, terminal);
    });
}

function addReplay(root: Command, terminal: Terminal): void {
  root
    .command('replay')
    .description('play a recording, or what kubectl get pods -w -o json printed')
    .argument('[file]', 'a file, plain or gzipped, or - for standard input')
    .option('--last', 'the newest live session that was kept (crashtop history lists them)')
    .option('--at <time>', 'where to begin, or which moment to print; several times with -o ndjson', collect)
    .addOption(durationOption('--every <duration>', 'print a moment each so often, from the start, the end included'))
    .option('--runs', 'print every run that is known, one a line')
    .option('--once', 'print one moment (the end, or --at), and end')
    .addOption(formatOption())
    .addOption(speedOption())
    .option('--lenient', 'skip and count lines that cannot be read')
    .addHelpText('after', REPLAY_EXAMPLES)
    .action(async (file: string | undefined, options: ReplayOptions) => {
      const { replay } = await import('./replay.ts');
      await replay(file, options, terminal);
    });
}

function addRecord(root: Command, terminal: Terminal): void {
  withClusterOptions(root.command('record').description('write what the cluster says to a recording, without its secrets'))
    .requiredOption('-o, --output <file>', 'the file to make (.ndjson or .ndjson.gz), or - for standard output')
    .addOption(durationOption('--for <duration>', 'end after so long (default: Ctrl-C ends it)'))
    .option('--overwrite', 'replace a file that is there')
    .addOption(
      sizeOption('--rotate <size>', 'go on in another file (FILE.2.ndjson.gz, ...) at this size, as in 100MB', LEAST_ROTATE),
    )
    .addOption(
      new Option('--redact <how>', 'strict: other names for all names, no logs, no free text')
        .choices(['standard', 'strict'])
        .default('standard'),
    )
    .action(async (options: RecordOptions, command: Command) => {
      const { record } = await import('./record.ts');
      // kubectl's options may stand before the command's name as well.
      const outer: ClusterOptions = command.parent?.opts() ?? {};
      await record({ ...outer, ...options }, terminal);
    });
}

function addHistory(root: Command, terminal: Terminal): void {
  root
    .command('history')
    .description('list the live sessions that were kept')
    .action(async () => {
      const { history } = await import('./history.ts');
      await history(terminal);
    });
}

// commander may add a guess ("Did you mean …") on a line of its own.
function oneLine(text: string): string {
  const said = text
    .replace(/^error: /, '')
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ');
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
