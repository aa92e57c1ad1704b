import { bytesText } from './bytes-text.ts';

/**
 * The maximum length of each sort of text from outside, in UTF-16 units (never more than the bytes
 * that the API counts). No bound is below what an honest server or kubelet sends. Longer text is
 * cut where it enters (recording/bounded-json.ts), before it is written.
 */
export const TEXT_BOUNDS = {
  /**
   * Names, namespaces, UIDs, kinds: a DNS subdomain (apimachinery validation.go,
   * DNS1123SubdomainMaxLength).
   */
  name: 253,
  /** A label value (apimachinery validation.go, LabelValueMaxLength). */
  labelValue: 63,
  /** A map key: a prefix, a slash and a name (apimachinery validation.go, IsQualifiedName). */
  key: 253 + 1 + 63,
  /**
   * An image. The API has no bound; a registry allows 255 for a name, 128 for a tag, 135 for a
   * digest (distribution, reference.go).
   */
  image: 1024,
  /**
   * Reasons: metav1.Condition allows 1,024, an Event 128 (core/validation/events.go,
   * ReasonLengthLimit).
   */
  reason: 1024,
  /**
   * A header's words on its source. A kubeconfig has no bound for a context's name; 1,024 is also
   * what a selector has room for in a URL.
   */
  header: 1024,
  /**
   * A termination message: 4,096 of the container's own (kubelet container.go,
   * MaxContainerTerminationMessageLength); with the runtime's words, this much for all containers
   * of a pod (MaxPodTerminationMessageLogLength).
   */
  termination: 12 * 1024,
  /**
   * The log of one run: 64 KiB as crashtop reads it (run-log.ts, LOG_BYTES), and as much again
   * for the words that redaction adds.
   */
  log: 128 * 1024,
  /**
   * All else: messages of waiting containers and of core/v1 Events (1,024 since events.k8s.io, no
   * bound before), commands, notes. metav1.Condition allows this much for a message.
   */
  text: 32 * 1024,
} as const;

/**
 * The maximum size of one object, in units of its texts and entries. An API server accepts no
 * larger request (apiserver config.go, MaxRequestBodyBytes), and etcd only half of it.
 */
export const OBJECT_BOUND = 3 << 20;

/** The maximum nesting of an object. Pods have fewer than 20 levels. */
export const DEPTH_BOUND = 64;

/**
 * Keeps the beginning of a text and appends how much is cut off, `bound` units in all. Splits no
 * character.
 */
export function endCut(beginning: string, bound: number, gone: number): string {
  const kept = withoutSplit(beginning, Math.min(beginning.length, bound - ROOM_FOR_WORDS));
  return ownText(`${beginning.slice(0, kept)} … ${bytesText(gone + beginning.length - kept)} more`);
}

/**
 * Keeps the end of a text and puts a line before it that says how much is cut off, `bound` units in
 * all. Splits no character.
 */
export function startCut(end: string, bound: number, gone: number): string {
  const from = withoutSplit(end, Math.max(0, end.length - bound + ROOM_FOR_WORDS));
  return ownText(`… ${bytesText(gone + from)} more before this\n${end.slice(from)}`);
}

// "… 999 MB more before this" and a line feed.
const ROOM_FOR_WORDS = 28;

// The nearest index at or before `at` that is not between the halves of a surrogate pair.
function withoutSplit(text: string, at: number): number {
  return isHigh(text.charCodeAt(at - 1)) && isLow(text.charCodeAt(at)) ? at - 1 : at;
}

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit < 0xe000;

// A slice in V8 keeps the whole text that it was cut from alive.
function ownText(text: string): string {
  return Array.from(text).join('');
}
