import type { CauseRule } from '../cause.ts';
import { configFailureOf } from '../evidence/config-failure.ts';
import { command, describePod } from '../evidence/kubectl-hints.ts';

// Environment: kubelet_pods.go, makeEnvironmentVariables. Volumes: pkg/volume/configmap and secret,
// MakePayload.
const IN_OBJECT = /couldn't find key (?<key>\S+) in (?<kind>ConfigMap|Secret) (?:[^/\s]+\/)?(?<name>\S+)/i;
const IN_VOLUME = /references non-existent (?<kind>config|secret) key: (?<key>\S+)/;
const IN_FILE = /environment variable key "(?<key>[^"]+)" not found in file/;

/** A ConfigMap or Secret exists, and lacks a key that the container asks for. */
export const missingKey: CauseRule = {
  id: 'missing-key',
  title: 'A key is missing in a ConfigMap or Secret',
  needs: ['pod status', 'pod events'],
  manual: [
    'The ConfigMap or Secret exists, but has no key of the name that the container asks for.',
    'The kubelet names the key in CreateContainerConfigError (certain), or in an event FailedMount (likely).',
    'Add the key or correct the reference. Names must match exactly; a Secret created by hand often has another spelling.',
  ],
  decide: (facts) => {
    const failure = configFailureOf(facts);
    if (failure === null) return null;
    const { confidence, evidence } = failure;
    const verdict = { confidence, evidence };
    const object = IN_OBJECT.exec(failure.message)?.groups;
    if (object !== undefined) {
      const kind = (object.kind as string).toLowerCase();
      const get = command`kubectl -n ${facts.pod.namespace} describe ${kind} ${object.name as string}`;
      return { ...verdict, summary: `key ${object.key} not in ${kind} "${object.name}"`, next: [get, describePod(facts)] };
    }
    const volume = IN_VOLUME.exec(failure.message)?.groups;
    if (volume !== undefined) {
      const kind = volume.kind === 'config' ? 'configmap' : 'secret';
      return { ...verdict, summary: `key ${volume.key} not in the ${kind} of a volume`, next: [describePod(facts)] };
    }
    const file = IN_FILE.exec(failure.message)?.groups;
    return file === undefined ? null : { ...verdict, summary: `key ${file.key} not in its env file`, next: [describePod(facts)] };
  },
};
