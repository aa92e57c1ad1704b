import type { CauseFacts } from '../cause.ts';

const PLAIN_WORD = /^[\w.:/@%+=-]+$/;

// A recording may hold any name; a person copies the command into a shell.
function word(text: string): string {
  return PLAIN_WORD.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A kubectl command on the pod's namespace, each argument fit for a POSIX shell. */
export function kubectl({ pod }: CauseFacts, ...args: string[]): string {
  return ['kubectl', '-n', pod.namespace, ...args].map(word).join(' ');
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
