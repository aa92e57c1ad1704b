import { firstLine, shorten } from '../text/truncate.ts';

// The prefixes of controllers and of the API server before the reason (controller_utils.go,
// stateful_pod_control.go, apimachinery errors).
const BEFORE_REASON = [
  /^\(combined from similar events\): /,
  /^Error creating(?: job)?: /,
  /^create Pod \S+ in StatefulSet \S+ failed error: /,
  /^(?:pods|jobs\.batch) "[^"]*" is forbidden: /,
  /^(?:Pod|Job\.batch) "[^"]*" is invalid: /,
  /^Internal error occurred: /,
];

/**
 * Says why a controller could not create a pod, without the pod's name, which changes each time:
 * "exceeded quota: pods", "webhook policy.example.com denied it: no root". Takes the message of a
 * `FailedCreate` event or of a `ReplicaFailure` condition.
 */
export function describeCreationFailure(message: string): string {
  let reason = firstLine(message);
  for (const prefix of BEFORE_REASON) reason = reason.replace(prefix, '');
  const quota = /^(exceeded quota: [^,]+),/.exec(reason)?.[1];
  if (quota !== undefined) return quota;
  const denied = /^admission webhook "([^"]+)" denied the request(?: without explanation)?(.*)$/.exec(reason);
  if (denied !== null) return shorten(`webhook ${denied[1]} denied it${denied[2]}`);
  const failed = /^failed calling webhook "([^"]+)": (?:failed to call webhook: )?(.*)$/.exec(reason);
  if (failed !== null) return shorten(`webhook ${failed[1]} failed: ${failed[2]}`);
  return shorten(reason);
}
