import type { Pseudonyms } from './pseudonyms.ts';

// Words of the kubelet, the controllers, the runtimes and the API server, and of crashtop's own gap
// reasons. Causes are read from them. None is a name or program output.
const WORDS = `
a about again all already an and any apply are as at available awaiting back-off be because been before below by can cannot
cause changed check clean closed code command condition config configmap configmaps configuration connect connection container
containers context could couldn't create created creating data deadline deadlineexceeded deleted denied deployment did didn't
directory disk dns does down during each eof error errors evicted exceeded exec executable exist existing exists exit exited
expected expired failed failing failure file find for forbidden format found from get gone gracefully handshake has have helpful
history host i/o id image images in incomplete init insufficient internal invalid is it its job key keyring killed killing known
kubelet last late later limit limited list liveness log logs lookup lost manifest match may memory minimum missing mount
mountvolume must name namespace network new no node nodes non-root not object oci of on one only open operation or out owners path
peer permission persistentvolumeclaim pod pods policy postponed present present, probe process progress pull pulled pulling quota
reached readiness reason refused register relist replicaset replicasets request required requires reset resize resolve resource resources restart
restarted restarting revisions root runasnonroot runc running rpc sandbox scale scheduled scheduling secret secrets server service set shim
signal silent size specified start started startup state status statuscode stop stopped stopping stream such syntax system
taint terminated termination than that the there this timed timeout tls to too took transient unable unauthorized unavailable
unexpected unhealthy unknown unready unschedulable until up update updated use user verb version volume volumes waiting was
watch watched were when which while will with without writable write`;

const KNOWN: ReadonlySet<string> = new Set(WORDS.trim().split(/\s+/));

const TOKEN = /[A-Za-z0-9]+(?:[_.'-]+[A-Za-z0-9]+)*/g;
// Exit codes, HTTP codes, counts; durations in Go's format. Longer numbers may be anything.
const HARMLESS_NUMBER = /^(?:\d{1,3}|(?:\d{1,4}(?:\.\d{1,3})?(?:h|ms|m|s))+)$/;
const HOST = /^(?=.*[A-Za-z0-9]\.[A-Za-z0-9])[\w.-]+$/;
const LEFT_OUT = '…';

/**
 * Keeps only Kubernetes' own words, small numbers and durations of a text. Replaces hosts, and
 * names known from the recording, by their pseudonyms. Drops every other word, and every character
 * beyond plain punctuation.
 */
export function knownVocabulary(text: string, names: Pseudonyms): string {
  let kept = '';
  let behind = 0;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    kept += punctuation(text.slice(behind, index)) + (standIn(token, names) ?? LEFT_OUT);
    behind = index + token.length;
  }
  return (kept + punctuation(text.slice(behind))).replaceAll(/…(?:[^\w…]*…)+/g, LEFT_OUT);
}

function standIn(token: string, names: Pseudonyms): string | undefined {
  if (names.knows(token)) return names.name(token);
  if (KNOWN.has(token.toLowerCase()) || HARMLESS_NUMBER.test(token)) return token;
  if (HOST.test(token)) return names.name(token);
  // `web_shop(…)`: the kubelet writes a pod with its namespace.
  const [pod, namespace, ...more] = token.split('_');
  if (pod === undefined || namespace === undefined || more.length > 0) return undefined;
  return names.knows(pod) && names.knows(namespace) ? `${names.name(pod)}_${names.name(namespace)}` : undefined;
}

function punctuation(text: string): string {
  return text.replaceAll(/[^ ,.:;=()[\]{}"'/|!?-]+/g, text.trim() === '' ? ' ' : LEFT_OUT);
}
