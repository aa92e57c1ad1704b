import type { CauseFacts } from '../cause.ts';
import type { Pod } from '../pod.ts';

const PLAIN_WORD = /^[\w.:/@%+=-]+$/;

// A recording may hold any name; a person copies the command into a shell.
function word(text: string): string {
  return PLAIN_WORD.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A kubectl command on a pod's or a workload's namespace, each argument fit for a POSIX shell. */
export function kubectl({ pod }: { readonly pod: Pick<Pod, 'namespace'> }, ...args: string[]): string {
  return kubectlCluster('-n', pod.namespace, ...args);
}

/** A kubectl command on the whole cluster, each argument fit for a POSIX shell. */
export function kubectlCluster(...args: string[]): string {
  return ['kubectl', ...args].map(word).join(' ');
}

/** `kubectl describe` of the pod's node; nothing where it has none. */
export function describeNode({ pod }: CauseFacts): string[] {
  const { nodeName } = pod.spec;
  return nodeName === '' ? [] : [kubectlCluster('describe', 'node', nodeName)];
}

/** `kubectl describe` of the pod. */
export function describePod(facts: CauseFacts): string {
  return kubectl(facts, 'describe', 'pod', facts.pod.name);
}

/**
 * `kubectl logs` of the run that died last. While the status still shows its end, `--previous` would give the run before it
 * (kubernetes-facts 8).
 */
export function logsOfDead(facts: CauseFacts): string {
  const previous = facts.status?.state.is === 'terminated' ? [] : ['--previous'];
  return kubectl(facts, 'logs', facts.pod.name, '-c', facts.container, ...previous);
}
