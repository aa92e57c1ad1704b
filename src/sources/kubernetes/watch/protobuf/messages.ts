import { KINDS } from '../../../../recording/redaction/kubernetes-schema.ts';
import { int32, list, type Message, message, one, string } from './fields.ts';
import { protoReader } from './proto-reader.ts';

/*
 * What the API wraps objects into, under the numbers of k8s.io/apimachinery/pkg/apis/meta/v1/generated.proto. What is read of the
 * objects themselves is derived from what redaction keeps.
 */

const listMeta = message({ resourceVersion: [2, string], continue: [3, string] });

function listOf(object: Message): Message {
  return message({ metadata: [1, one(listMeta)], items: [2, list(object)] });
}

const pod = protoReader(KINDS.Pod);
const event = protoReader(KINDS.Event);

const status = message({
  status: [2, string],
  message: [3, string],
  reason: [4, string],
  details: [5, one(message({ retryAfterSeconds: [5, int32] }))],
  code: [6, int32],
});

/** By the `kind` that their envelope names. */
export const MESSAGES: ReadonlyMap<string, Message> = new Map([
  ['Pod', pod],
  ['PodList', listOf(pod)],
  ['Event', event],
  ['EventList', listOf(event)],
  ['Status', status],
]);
