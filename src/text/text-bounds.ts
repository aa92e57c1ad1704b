import { bytesText } from './bytes-text.ts';

/**
 * How long a text from outside may be, by what it is, in UTF-16 units (never more than the bytes that the API counts). No bound is
 * below what an honest server or kubelet sends. What is longer is cut where it enters (recording/bounded-json.ts), before it is
 * written, too.
 */
export const TEXT_BOUNDS = {
  /** Names, namespaces, UIDs, kinds: a DNS subdomain (apimachinery validation.go, DNS1123SubdomainMaxLength). */
  name: 253,
  /** A label's value (apimachinery validation.go, LabelValueMaxLength). */
  labelValue: 63,
  /** A key of a map: a prefix, a slash and a name (apimachinery validation.go, IsQualifiedName). */
  key: 253 + 1 + 63,
  /** An image: the API has no bound; a registry's names have 255, tags 128, digests 135 (distribution, reference.go). */
  image: 1024,
  /** Reasons: metav1.Condition has 1,024, an Event 128 (core/validation/events.go, ReasonLengthLimit). */
  reason: 1024,
  /** What a header says of its source: kubeconfig has no bounds for a context's name, URLs have 1,024 for a selector to fit in. */
  header: 1024,
  /**
   * How a container ended: 4,096 by itself (kubelet container.go, MaxContainerTerminationMessageLength); with what the runtime
   * says, all of a pod together (MaxPodTerminationMessageLogLength).
   */
  termination: 12 * 1024,
  /** The log of one run: 64 KiB as crashtop reads it (crash-logs.ts, LOG_BYTES), and as much again for what redaction puts in. */
  log: 128 * 1024,
  /**
   * All else: messages of waiting containers, of core/v1 Events (1,024 since events.k8s.io, no bound before), commands, notes. As
   * metav1.Condition has for a message.
   */
  text: 32 * 1024,
} as const;

/**
 * How much one object may hold, in units of its texts and entries: an API server takes no larger request (apiserver config.go,
 * MaxRequestBodyBytes), and etcd only half of it.
 */
export const OBJECT_BOUND = 3 << 20;

/** How deep an object may be nested. Pods have less than 20 levels. */
export const DEPTH_BOUND = 64;

/** A text's beginning and a word on how much is gone behind it, `bound` units together; no character is split. */
export function endCut(beginning: string, bound: number, gone: number): string {
  const kept = withoutSplit(beginning, Math.min(beginning.length, bound - ROOM_FOR_WORDS));
  return ownText(`${beginning.slice(0, kept)} … ${bytesText(gone + beginning.length - kept)} more`);
}

/** A line on how much is gone before it and a text's end, `bound` units together; no character is split. */
export function startCut(end: string, bound: number, gone: number): string {
  const from = withoutSplit(end, Math.max(0, end.length - bound + ROOM_FOR_WORDS));
  return ownText(`… ${bytesText(gone + from)} more before this\n${end.slice(from)}`);
}

// "… 999 MB more before this" and a line feed.
const ROOM_FOR_WORDS = 28;

// Where a text may be cut at or just before: not between the halves of a surrogate pair.
function withoutSplit(text: string, at: number): number {
  return isHigh(text.charCodeAt(at - 1)) && isLow(text.charCodeAt(at)) ? at - 1 : at;
}

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit < 0xe000;

// V8's slices hold on to the text that they are cut from.
function ownText(text: string): string {
  return Array.from(text).join('');
}
