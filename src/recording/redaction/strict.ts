import { ROOT_CA } from '../../model/config-reference.ts';
import { type Json, objectOf } from '../../text/json.ts';
import type { RecordedSource } from '../header.ts';
import { isResourceKind } from '../kinds.ts';
import type { RecordingLine } from '../line.ts';
import { fields, list, map, presence, quantities, type Shape, scalar, string } from './allow-list.ts';
import { KINDS } from './kubernetes-schema.ts';
import { LINES } from './line-schema.ts';
import { Pseudonyms } from './pseudonyms.ts';
import type { Field, Fields, NestedStrictRule, StrictRule } from './schema.ts';
import { knownVocabulary } from './vocabulary.ts';

/**
 * Redaction `strict`: of what `standard` keeps, only numbers, times, states and Kubernetes' own
 * words. Replaces names by pseudonyms, consistently within one recording. Drops logs, labels,
 * commands, addresses and program output.
 */
export class StrictRedaction {
  readonly #names: Pseudonyms;
  readonly #shapes: ReadonlyMap<string, Shape | null>;

  constructor(names = new Pseudonyms()) {
    this.#names = names;
    const redactor = new StrictRedactor(names);
    this.#shapes = new Map([...Object.entries(KINDS), ...LINES].map(([name, schema]) => [name, redactor.of(schema)]));
  }

  /** What a header may say about the source. */
  source(source: RecordedSource): RecordedSource {
    return {
      kind: source.kind,
      context: source.context === null ? null : this.#names.name(source.context),
      serverVersion: source.serverVersion,
      namespaces: source.namespaces?.map((name) => this.#names.name(name)) ?? null,
      selector: null,
    };
  }

  /**
   * Redacts a line from `standard` by `strict`; null if nothing is kept. Does not change its input.
   */
  line(line: RecordingLine): RecordingLine | null {
    if (line.type === 'log') return null;
    if (line.type === 'snapshot') {
      if (!isResourceKind(line.kind)) return null;
      const items = line.items.map((item) => this.#object(line.kind, item));
      const namespace = typeof line.namespace === 'string' ? { namespace: this.#names.name(line.namespace) } : {};
      return { ...line, ...namespace, items };
    }
    if (line.type === 'ADDED' || line.type === 'MODIFIED' || line.type === 'DELETED') {
      return isResourceKind(line.kind) ? { ...line, object: this.#object(line.kind, line.object) } : null;
    }
    return (this.#shapes.get(line.type)?.(line) as RecordingLine | undefined) ?? null;
  }

  #object(kind: string, object: Json): Json {
    return objectOf(this.#shapes.get(kind)?.(object));
  }
}

/** Derives from an object's fields what `strict` keeps, with these pseudonyms. */
class StrictRedactor {
  readonly #rules: Readonly<Record<StrictRule, Shape>>;
  // Many kinds contain the same objects: build each shape once.
  readonly #made = new Map<Fields, Shape | null>();

  constructor(names: Pseudonyms) {
    this.#rules = rulesUnder(names);
  }

  /** Null if nothing is kept of any of these fields. */
  of(schema: Fields): Shape | null {
    const known = this.#made.get(schema);
    if (known !== undefined) return known;
    const shapes = Object.entries(schema).flatMap(([name, field]) => {
      const shape = this.#shapeOf(field);
      return shape === null ? [] : [[name, shape] as const];
    });
    const made = shapes.length === 0 ? null : fields(shapes);
    this.#made.set(schema, made);
    return made;
  }

  #shapeOf(field: Field): Shape | null {
    if ('keep' in field) {
      if (field.strict === undefined) return null;
      return typeof field.strict === 'string' ? this.#rules[field.strict] : this.of(field.strict);
    }
    const shape = nestedShape(field.strict, this.of('one' in field ? field.one : field.list));
    return shape !== null && 'list' in field ? list(shape) : shape;
  }
}

const numberOrBoolean: Shape = (value) => (typeof value === 'number' || typeof value === 'boolean' ? value : undefined);
const counts = map((_key, value) => numberOrBoolean(value));

function nestedShape(rule: NestedStrictRule | undefined, kept: Shape | null): Shape | null {
  switch (rule) {
    case undefined:
      return kept;
    case 'nothing':
      return null;
    case 'presence':
      return presence;
    case 'counts':
      return (value) => ({ ...objectOf(counts(value)), ...objectOf(kept?.(value)) });
    case 'end':
      return (value) => kept?.(endOfRun(value));
  }
}

// Reasons whose message comes from the runtime or the kubelet. Any other message comes from the
// program or its log.
const ENDS_OF_KUBERNETES = ['StartError', 'ContainerCannotRun', 'RunContainerError', 'ContainerStatusUnknown'];

function endOfRun(value: unknown): Json {
  const { message, ...rest } = objectOf(value);
  return ENDS_OF_KUBERNETES.includes(rest.reason as string) ? { ...rest, message } : rest;
}

// Kubernetes writes reasons, condition types and kinds as one word. Anything else is not one.
const ONE_WORD = /^[A-Z][A-Za-z]{0,63}$/;
const UID = /^[0-9a-f-]{32,36}$/;

// The names in `managedFields` of kubectl's commands (kubectl/pkg/cmd) and Kubernetes' controllers.
const MANAGERS_OF_KUBERNETES =
  /^(?:kubectl|kubectl-(?:edit|create|replace|patch|apply|set|label|annotate|client-side-apply|last-applied|rollout)|kube-controller-manager)$/;

function rulesUnder(names: Pseudonyms): Readonly<Record<StrictRule, Shape>> {
  const nameOf = (text: string) => names.name(text);
  const name = string(nameOf);
  return {
    scalar,
    number: numberOrBoolean,
    numbers: list(numberOrBoolean),
    word: string((text) => (ONE_WORD.test(text) ? text : undefined)),
    name,
    nameOrNull: (value) => (value === null ? null : name(value)),
    // For events of a node, this is the node's name.
    uid: string((text) => (UID.test(text) ? text : nameOf(text))),
    image: string((text) => names.image(text)),
    message: string((text) => knownVocabulary(text, names)),
    resource: string((text) => (text === 'cpu' || text === 'memory' ? text : undefined)),
    // Only the kubelet matters as the origin of an event: its start resets every back-off on its
    // node.
    component: string((text) => (text === 'kubelet' ? text : nameOf(text))),
    // Keep the managers of Kubernetes and its own tools: some of them change nothing that a pod
    // reads.
    manager: string((text) => (MANAGERS_OF_KUBERNETES.test(text) ? text : nameOf(text))),
    configName: string((text) => (text === ROOT_CA ? text : nameOf(text))),
    fieldPath: string((path) =>
      path.replace(/^([^{]*)\{(.*)\}$/s, (_all, before: string, container: string) => `${before}{${nameOf(container)}}`),
    ),
    quantities,
    presence,
  };
}
