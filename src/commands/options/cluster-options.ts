import { type Command, InvalidArgumentError } from 'commander';
import { parseGoDuration } from '../../model/ledger.ts';
import { MAX_TIMER_MS } from '../../sources/kubernetes/http/timers.ts';
import { collect } from './options.ts';

/** Adds the options that select a cluster and a part of it. */
export function withClusterOptions(command: Command): Command {
  return withDebugLog(command)
    .option(
      '-n, --namespace <names>',
      'watch these namespaces, separated by commas (default: all, or the context’s own if that is forbidden)',
    )
    .option('-A, --all-namespaces', 'watch all namespaces')
    .option('-l, --selector <labels>', 'watch only pods with these labels, such as app=web,tier!=cache')
    .option('--context <name>', 'the context of the kubeconfig')
    .option('--kubeconfig <file>', 'the kubeconfig file (default: $KUBECONFIG, else ~/.kube/config)')
    .option('--as <user>', 'act as this user')
    .option('--as-group <group>', 'act as a member of this group; repeatable', collect)
    .option('--as-uid <uid>', 'act with this user ID')
    .option(
      '--request-timeout <duration>',
      'give up on a single get or list after this long, such as 5s; 0: never (default: after 60s of silence)',
      timeoutOf,
    );
}

/** Adds `--debug-log`, which the hook in program.ts handles for every command. */
export function withDebugLog(command: Command): Command {
  return command.option(
    '--debug-log <file>',
    'write requests, watches and frame times to a new file, to read while the screen is open',
  );
}

// kubectl takes a bare number as seconds.
function timeoutOf(text: string): number {
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : parseGoDuration(text);
  if (ms === null || ms > MAX_TIMER_MS) throw new InvalidArgumentError('use a duration such as 5s or 1m30s, or 0 for no limit');
  return ms;
}
