import { KINDS } from '../../../../recording/redaction/kubernetes-schema.ts';
import { int32, list, type Message, message, one, string } from './fields.ts';
import { protoReader } from './proto-reader.ts';

/*
 * The messages around objects, with the numbers of
 * k8s.io/apimachinery/pkg/apis/meta/v1/generated.proto. The readers of the objects themselves are
 * derived from the redaction schema.
 */

const listMeta = message({ resourceVersion: [2, string], continue: [3, string] });

function listOf(object: Message): Message {
  return message({ metadata: [1, one(listMeta)], items: [2, list(object)] });
}

const status = message({
  status: [2, string],
  message: [3, string],
  reason: [4, string],
  details: [5, one(message({ retryAfterSeconds: [5, int32] }))],
  code: [6, int32],
});

const MESSAGES: ReadonlyMap<string, () => Message> = new Map([
  ['Pod', () => protoReader(KINDS.Pod)],
  ['PodList', () => listOf(protoReader(KINDS.Pod))],
  ['Event', () => protoReader(KINDS.Event)],
  ['EventList', () => listOf(protoReader(KINDS.Event))],
  ['Status', () => status],
]);

// Made when the first one arrives, for a fast start.
const made = new Map<string, Message>();

/**
 * The fields to read of a message of the kind that its envelope names; undefined for a kind that is
 * never requested.
 */
export function messageOf(kind: string): Message | undefined {
  const known = made.get(kind);
  if (known !== undefined) return known;
  const message = MESSAGES.get(kind)?.();
  if (message !== undefined) made.set(kind, message);
  return message;
}
