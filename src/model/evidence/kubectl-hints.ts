import type { CauseFacts } from '../cause.ts';
import { followsRestartOfAll } from '../restart-stand-in.ts';

// The most permissive rule for names of Kubernetes objects (apimachinery, IsDNS1123Subdomain); also
// fits kinds in lower case.
const NAME = /^[a-z0-9][a-z0-9.-]{0,252}$/;

/**
 * A command to copy into a shell: the text with the names put in. Admits only valid names of
 * Kubernetes objects, since a recording may hold anything: another name could be an option, or end
 * a quotation. The rest means the same in POSIX shells, fish and PowerShell.
 * @returns null if a name is not valid.
 */
export function command(text: TemplateStringsArray, ...names: readonly string[]): string | null {
  return names.every((name) => NAME.test(name)) ? String.raw({ raw: text }, ...names) : null;
}

/** The commands that are not null. */
export function commandsOf(commands: readonly (string | null)[]): readonly string[] {
  return commands.filter((text) => text !== null);
}

/** `kubectl describe` of the pod's node; null if it has none. */
export function describeNode({ pod }: CauseFacts): string | null {
  return command`kubectl describe node ${pod.spec.nodeName}`;
}

/** `kubectl describe` of the pod. */
export function describePod({ pod }: CauseFacts): string | null {
  return command`kubectl -n ${pod.namespace} describe pod ${pod.name}`;
}

/**
 * `kubectl logs` of the run that died last. While the status still shows its end, `--previous`
 * would show the run before it (docs/kubernetes-facts.md, 8). A container removed to restart its
 * whole pod cannot be reached any more: then the command shows the current one.
 */
export function logsOfDead({ pod, container, status }: CauseFacts): string | null {
  return status?.state.type === 'terminated' || (status !== undefined && followsRestartOfAll(status))
    ? command`kubectl -n ${pod.namespace} logs ${pod.name} -c ${container}`
    : command`kubectl -n ${pod.namespace} logs ${pod.name} -c ${container} --previous`;
}
