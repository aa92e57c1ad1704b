import type { Json } from '../text/json.ts';
import { DEPTH_BOUND, endCut, OBJECT_BOUND, startCut, TEXT_BOUNDS } from '../text/text-bounds.ts';
import { maskText } from './redaction/mask.ts';

/** What was cut so far. */
export interface CutTally {
  /** Number of shortened texts. */
  texts: number;
  /** Number of dropped entries of lists and objects. */
  entries: number;
}

/** Describes what was cut; null for nothing. */
export function describeCut({ texts, entries }: CutTally): string | null {
  const cut =
    texts === 0 ? [] : [`${texts} ${texts === 1 ? 'text was' : 'texts were'} longer than Kubernetes allows and cut short`];
  const left = entries === 0 ? [] : [`${entries} ${entries === 1 ? 'entry' : 'entries'} of oversized objects omitted`];
  return [...cut, ...left].join(', ') || null;
}

/** A text up to this length is within every bound. */
const SHORTEST = TEXT_BOUNDS.labelValue;

/** Maximum text length by field name; for all others {@link TEXT_BOUNDS.text}. */
const BY_FIELD: ReadonlyMap<string, number> = new Map([
  ...fieldsOf(TEXT_BOUNDS.name, ['name', 'generateName', 'namespace', 'namespaces', 'uid', 'nodeName', 'pod', 'container']),
  ...fieldsOf(TEXT_BOUNDS.name, ['kind', 'status', 'phase', 'host', 'component', 'containerID', 'containerName']),
  ...fieldsOf(TEXT_BOUNDS.name, ['reportingComponent', 'reportingInstance', 'serviceAccountName', 'priorityClassName']),
  ...fieldsOf(TEXT_BOUNDS.name, ['resourceVersion', 'kubeletVersion', 'architecture', 'currentRevision', 'updateRevision']),
  ...fieldsOf(TEXT_BOUNDS.key, ['type']),
  ...fieldsOf(TEXT_BOUNDS.image, ['image', 'imageID']),
  ...fieldsOf(TEXT_BOUNDS.reason, ['reason']),
  ...fieldsOf(TEXT_BOUNDS.header, ['context', 'serverVersion', 'selector', 'redaction', 'tool']),
]);

function fieldsOf(bound: number, names: readonly string[]): [string, number][] {
  return names.map((name) => [name, bound]);
}

function boundOf(field: string, parent: string): number {
  if (parent === 'labels') return TEXT_BOUNDS.labelValue;
  if (parent === 'terminated' && field === 'message') return TEXT_BOUNDS.termination;
  if (parent === 'marker') return TEXT_BOUNDS.text;
  return BY_FIELD.get(field) ?? TEXT_BOUNDS.text;
}

/**
 * Limits parsed external data (a line, an API object, a list of them) to {@link TEXT_BOUNDS} and
 * the other bounds. Cuts longer texts and marks them; drops what is too deep, or beyond the size of
 * an object. Shares what fits: valid input is returned as is. All input passes through here before
 * it is redacted, written or projected.
 */
export function boundedJson<T extends object>(json: T, tally: CutTally = { texts: 0, entries: 0 }): T {
  const { type, text } = json as Json;
  const bounded = new Walk(tally).object(json as Json, typeof type === 'string' ? type : '', 0) as T;
  return type === 'log' && (bounded as Json).text !== text ? { ...bounded, truncated: true } : bounded;
}

class Walk {
  readonly #tally: CutTally;
  #room = OBJECT_BOUND;

  constructor(tally: CutTally) {
    this.#tally = tally;
  }

  /** @param parent the field whose value the object is; for a whole line, its type. */
  object(object: Json, parent: string, depth: number): Json {
    let changed: Record<string, unknown> | null = null;
    for (const name in object) {
      const value = object[name];
      if (changed === null && this.#isShort(name, value)) continue;
      const kept = isKey(name) ? this.#entry(value, name, parent, depth + 1) : this.#leaveOut();
      this.#room -= name.length;
      if (kept !== value) changed ??= entriesBefore(object, name);
      if (changed !== null && kept !== undefined) changed[name] = kept;
    }
    return changed ?? object;
  }

  // The common case, as fast as possible.
  #isShort(name: string, value: unknown): boolean {
    const isText = typeof value === 'string';
    if (isText ? value.length > SHORTEST : typeof value === 'object') return false;
    if (!isKey(name) || this.#room <= 0) return false;
    this.#room -= name.length + 1 + (isText ? value.length : 0);
    return true;
  }

  #list(list: readonly unknown[], entryOf: (item: unknown) => unknown): readonly unknown[] {
    let changed: unknown[] | null = null;
    for (let i = 0; i < list.length; i++) {
      const kept = entryOf(list[i]);
      if (kept !== list[i]) changed ??= list.slice(0, i);
      if (changed !== null && kept !== undefined) changed.push(kept);
    }
    return changed ?? list;
  }

  /** @param field the field that holds it, directly or in a list. */
  #entry(value: unknown, field: string, parent: string, depth: number): unknown {
    if (this.#room <= 0) return this.#leaveOut();
    this.#room--;
    if (typeof value === 'string') return this.#text(value, field, parent);
    if (typeof value !== 'object' || value === null) return value;
    if (depth > DEPTH_BOUND) return this.#leaveOut();
    if (!Array.isArray(value)) return this.object(value as Json, field, depth);
    const isCollection = depth === 1 && field === 'items';
    return this.#list(value, (item) =>
      // Each item is an object of its own.
      isCollection ? new Walk(this.#tally).#entry(item, field, '', 1) : this.#entry(item, field, parent, depth + 1),
    );
  }

  #leaveOut(): undefined {
    this.#tally.entries++;
  }

  #text(text: string, field: string, parent: string): string {
    const kept = text.length <= SHORTEST ? text : boundedText(text, field, parent);
    if (kept !== text) this.#tally.texts++;
    this.#room -= kept.length;
    return kept;
  }
}

// Setting `__proto__` would change the object's prototype.
function isKey(name: string): boolean {
  return name.length <= TEXT_BOUNDS.key && name !== '__proto__';
}

function entriesBefore(object: Json, last: string): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const name in object) {
    if (name === last) break;
    kept[name] = object[name];
  }
  return kept;
}

// The maximum length of a secret with the words that identify it. Masks a window longer than the
// kept part by this much, so the kept part never contains half of a secret that the window cuts.
const MAX_SECRET_LENGTH = 4096;

function boundedText(text: string, field: string, parent: string): string {
  if (parent === 'log' && field === 'text') return withoutStart(text, TEXT_BOUNDS.log);
  return withoutEnd(text, boundOf(field, parent));
}

function withoutEnd(text: string, bound: number): string {
  if (text.length <= bound) return text;
  const window = maskText(text.slice(0, bound + MAX_SECRET_LENGTH));
  const gone = text.length - bound - MAX_SECRET_LENGTH;
  if (gone <= 0) return endCut(window, bound, 0);
  return endCut(window.slice(0, Math.max(0, window.length - MAX_SECRET_LENGTH)), bound, gone + MAX_SECRET_LENGTH);
}

// The end of a log says most.
function withoutStart(text: string, bound: number): string {
  if (text.length <= bound) return text;
  const gone = text.length - bound - MAX_SECRET_LENGTH;
  const window = maskText(text.slice(Math.max(0, gone)));
  return gone <= 0 ? startCut(window, bound, 0) : startCut(window.slice(MAX_SECRET_LENGTH), bound, gone + MAX_SECRET_LENGTH);
}
