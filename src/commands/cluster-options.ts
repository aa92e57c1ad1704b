import type { Command } from 'commander';
import { Connection } from '../sources/kubernetes/connection.ts';
import { type ClusterWatch, watchCluster } from '../sources/kubernetes/source.ts';
import { systemClock } from './system-clock.ts';
import { UsageError } from './usage-error.ts';
import { VERSION } from './version.ts';

/** What names a cluster and a part of it, with kubectl's meanings. */
export interface ClusterOptions {
  readonly namespace?: string;
  readonly allNamespaces?: boolean;
  readonly selector?: string;
  readonly context?: string;
  readonly kubeconfig?: string;
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
    .option('--kubeconfig <file>', 'the kubeconfig file (default: $KUBECONFIG, else ~/.kube/config)');
}

/**
 * Begins to watch what the options name.
 * @throws UsageError where they contradict each other, ConnectionError where the kubeconfig cannot be used.
 */
export function watch(options: ClusterOptions, env: NodeJS.ProcessEnv, logs: boolean, onStatus?: () => void): ClusterWatch {
  if (options.namespace !== undefined && options.allNamespaces)
    throw new UsageError('-n and -A exclude each other: give one of them');
  const namespaces = options.namespace?.split(',').map((n) => n.trim());
  if (namespaces?.includes('')) throw new UsageError('-n: a namespace is empty: give names separated by commas');
  const { kubeconfig, context } = options;
  return watchCluster({
    connection: new Connection({ kubeconfig, context, env, userAgent: `crashtop/${VERSION}` }),
    scope: namespaces !== undefined ? { namespaces } : options.allNamespaces ? 'all' : 'default',
    selector: options.selector ?? null,
    clock: systemClock,
    logs,
    ...(onStatus === undefined ? {} : { onStatus }),
  });
}
