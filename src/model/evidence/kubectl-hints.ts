import type { CauseFacts } from '../cause.ts';
import { followsRestartOfAll } from '../restart-stand-in.ts';

// What an object of Kubernetes may be called, the laxest of its rules (apimachinery, IsDNS1123Subdomain); kinds in lower case, too.
const NAME = /^[a-z0-9][a-z0-9.-]{0,252}$/;

/**
 * A command that a person may copy into a shell: the text as it stands, with the names that were found in it. Nothing that Kubernetes
 * would not take for a name gets into one, whoever wrote it (a recording may hold anything): such a name could be an option, or end a
 * quotation. What is left reads alike in POSIX shells, fish and PowerShell.
 * @returns null where one of the names is none: then there is no command.
 */
export function command(text: TemplateStringsArray, ...names: readonly string[]): string | null {
  return names.every((name) => NAME.test(name)) ? String.raw({ raw: text }, ...names) : null;
}

/** The commands that there are. */
export function commandsOf(commands: readonly (string | null)[]): readonly string[] {
  return commands.filter((text) => text !== null);
}

/** `kubectl describe` of the pod's node; null where it has none. */
export function describeNode({ pod }: CauseFacts): string | null {
  return command`kubectl describe node ${pod.spec.nodeName}`;
}

/** `kubectl describe` of the pod. */
export function describePod({ pod }: CauseFacts): string | null {
  return command`kubectl -n ${pod.namespace} describe pod ${pod.name}`;
}

/**
 * `kubectl logs` of the run that died last. While the status still shows its end, `--previous` would give the run before it
 * (docs/kubernetes-facts.md, 8). A container that was removed, to restart all of its pod, no name reaches any more: then that of now.
 */
export function logsOfDead({ pod, container, status }: CauseFacts): string | null {
  return status?.state.type === 'terminated' || (status !== undefined && followsRestartOfAll(status))
    ? command`kubectl -n ${pod.namespace} logs ${pod.name} -c ${container}`
    : command`kubectl -n ${pod.namespace} logs ${pod.name} -c ${container} --previous`;
}
