import { systemClock } from '../process/system-clock.ts';
import type { Terminal } from '../process/terminal.ts';
import { UsageError } from '../process/usage-error.ts';
import { VERSION } from '../process/version.ts';
import { type ClusterWatch, watchCluster } from '../sources/kubernetes/cluster-watch.ts';
import { foreignText } from '../sources/kubernetes/foreign-words.ts';
import { ApiConnection } from '../sources/kubernetes/http/connection.ts';
import { safeLine } from '../text/safe-text.ts';
import { WatchLog } from './watch-log.ts';

/** The listener to a watch. */
export interface WatchListener {
  /** As `onStatus` of a watched cluster. */
  readonly onStatus?: () => void;
  /** Takes a notice for the user; without it, notices go to standard error. */
  readonly notify?: (notice: string) => void;
}

/**
 * Begins to watch what the options name. Before the first contact no screen is open: an exec
 * plug-in may ask.
 * @throws UsageError if the options contradict each other, ConnectionError if the kubeconfig cannot
 * be used.
 */
export function watch(
  options: ClusterOptions,
  terminal: Terminal,
  logs: boolean,
  { onStatus, notify = (notice) => terminal.stderr.write(`crashtop: ${notice}\n`) }: WatchListener = {},
): ClusterWatch {
  if (options.namespace !== undefined && options.allNamespaces)
    throw new UsageError('-n and -A exclude each other: give one of them');
  const namespaces = options.namespace?.split(',').map((n) => n.trim());
  if (namespaces?.includes('')) throw new UsageError('-n: a namespace is empty: give names separated by commas');
  const { kubeconfig, context, as, asGroup, asUid, requestTimeout } = options;
  const log = terminal.debugLog === null ? null : new WatchLog(terminal.debugLog, systemClock);
  let mayAsk = 'isTTY' in terminal.stdin && terminal.stdin.isTTY === true;
  const connection = new ApiConnection({
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
    onRequest: log?.request,
  });
  if (connection.isUnverified)
    notify(
      safeLine(
        `insecure-skip-tls-verify is set in ${connection.file}: anyone on the network path can impersonate ${foreignText(connection.server)}`,
      ),
    );
  const cluster = watchCluster({
    connection,
    scope: namespaces !== undefined ? { namespaces } : options.allNamespaces ? 'all' : 'default',
    selector: options.selector ?? null,
    clock: systemClock,
    logs,
    onStep: log?.step,
    ...(onStatus === undefined ? {} : { onStatus }),
  });
  const noMore = () => {
    mayAsk = false;
  };
  cluster.ready.then(noMore, noMore);
  return cluster;
}

/** The options that select a cluster and a part of it, with kubectl's meanings. */
export interface ClusterOptions {
  readonly namespace?: string;
  readonly allNamespaces?: boolean;
  readonly selector?: string;
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly as?: string;
  readonly asGroup?: readonly string[];
  readonly asUid?: string;
  /** In ms; 0 for no limit. */
  readonly requestTimeout?: number;
}
