import { type Command, InvalidArgumentError } from 'commander';
import { parseGoDuration } from '../model/run.ts';
import { Connection } from '../sources/kubernetes/connection.ts';
import { type ClusterWatch, watchCluster } from '../sources/kubernetes/source.ts';
import { collect } from './options.ts';
import { systemClock } from './system-clock.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import { VERSION } from './version.ts';

/** What names a cluster and a part of it, with kubectl's meanings. */
export interface ClusterOptions {
  readonly namespace?: string;
  readonly allNamespaces?: boolean;
  readonly selector?: string;
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly as?: string;
  readonly asGroup?: readonly string[];
  readonly asUid?: string;
  /** In ms; 0 for any time. */
  readonly requestTimeout?: number;
}

/** Adds the options that name a cluster and a part of it. */
export function withClusterOptions(command: Command): Command {
  return command
    .option(
      '-n, --namespace <names>',
      'watch these namespaces, separated by commas (default: all, or the context’s own where that is forbidden)',
    )
    .option('-A, --all-namespaces', 'watch all namespaces')
    .option('-l, --selector <labels>', 'watch only the pods with these labels, as in app=web,tier!=cache')
    .option('--context <name>', 'the context of the kubeconfig')
    .option('--kubeconfig <file>', 'the kubeconfig file (default: $KUBECONFIG, else ~/.kube/config)')
    .option('--as <user>', 'act as this user')
    .option('--as-group <group>', 'act as a member of this group; may be given several times', collect)
    .option('--as-uid <uid>', 'act with this user ID')
    .option(
      '--request-timeout <duration>',
      'give up on a single get or list after so long, as in 5s; 0 never does (default: after 60s of silence)',
      timeoutOf,
    );
}

// kubectl takes a bare number for seconds.
function timeoutOf(text: string): number {
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : parseGoDuration(text);
  if (ms === null || ms > LONGEST_TIMEOUT_MS)
    throw new InvalidArgumentError('use a duration such as 5s or 1m30s, or 0 for any time');
  return ms;
}

// What a timer can count.
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/**
 * Begins to watch what the options name. Until the first contact is made, no screen is open: an exec plug-in may ask.
 * @throws UsageError where they contradict each other, ConnectionError where the kubeconfig cannot be used.
 */
export function watch(options: ClusterOptions, terminal: Terminal, logs: boolean, onStatus?: () => void): ClusterWatch {
  if (options.namespace !== undefined && options.allNamespaces)
    throw new UsageError('-n and -A exclude each other: give one of them');
  const namespaces = options.namespace?.split(',').map((n) => n.trim());
  if (namespaces?.includes('')) throw new UsageError('-n: a namespace is empty: give names separated by commas');
  const { kubeconfig, context, as, asGroup, asUid, requestTimeout } = options;
  let mayAsk = 'isTTY' in terminal.stdin && terminal.stdin.isTTY === true;
  const connection = new Connection({
    kubeconfig,
    context,
    as,
    asGroups: asGroup,
    asUid,
    requestTimeoutMs: requestTimeout,
    env: terminal.env,
    clock: systemClock,
    mayAsk: () => mayAsk,
    userAgent: `crashtop/${VERSION}`,
  });
  const cluster = watchCluster({
    connection,
    scope: namespaces !== undefined ? { namespaces } : options.allNamespaces ? 'all' : 'default',
    selector: options.selector ?? null,
    clock: systemClock,
    logs,
    ...(onStatus === undefined ? {} : { onStatus }),
  });
  const noMore = () => {
    mayAsk = false;
  };
  cluster.ready.then(noMore, noMore);
  return cluster;
}
