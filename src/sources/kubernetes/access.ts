import { safeLine } from '../../model/safe-text.ts';
import type { Hidden } from '../../timeline/envelope.ts';
import { type ApiReader, type Cancel, collectionPath } from './connection.ts';
import { ConnectionError } from './connection-error.ts';

/** The namespaces that were asked for: by name (-n), all (-A), or none: all where that is allowed, else the context's own. */
export type AskedScope = { readonly namespaces: readonly string[] } | 'all' | 'default';

/** The namespaces that are watched; null for all. */
export type Scope = readonly string[] | null;

/** What rights hide, as it stands: the whole list is reported each time that it changes. */
export class Access {
  readonly #onChange: (hidden: readonly Hidden[]) => void;
  #hidden: readonly Hidden[] = [];

  constructor(onChange: (hidden: readonly Hidden[]) => void) {
    this.#onChange = onChange;
  }

  get hidden(): readonly Hidden[] {
    return this.#hidden;
  }

  /** Says that something cannot be seen; `namespace` is null where that holds everywhere. */
  hide(what: string, namespace: string | null, why: string): void {
    const known = this.#hidden.find((h) => h.what === what && h.namespace === namespace);
    if (known?.why === why) return;
    this.#change([...this.#hidden.filter((h) => h !== known), { what, namespace, why }]);
  }

  /** Says that it can be seen again. */
  reveal(what: string, namespace: string | null): void {
    const others = this.#hidden.filter((h) => h.what !== what || h.namespace !== namespace);
    if (others.length !== this.#hidden.length) this.#change(others);
  }

  #change(hidden: readonly Hidden[]): void {
    this.#hidden = hidden;
    this.#onChange(hidden);
  }
}

const REFUSAL =
  /User "([^"]*)" cannot (\w+) resource "([^"]*)" in API group "[^"]*" (?:in the namespace "([^"]*)"|at the cluster scope)/;

/** The server's reason for a 403, shortened: who may not do what, where. */
export function shortRefusal(detail: string): string {
  const found = REFUSAL.exec(detail);
  if (found === null) return safeLine(detail);
  const [, user, verb, resource, namespace] = found;
  return safeLine(`${user} may not ${verb} ${resource} ${namespace === undefined ? 'cluster-wide' : `in ${namespace}`}`);
}

/**
 * The first contact: which namespaces can be watched. Asks for one pod of them.
 * @throws ConnectionError where the server cannot be reached, does not know the user, or forbids what was asked for by name.
 */
export async function chooseScope(
  api: ApiReader,
  asked: AskedScope,
  ownNamespace: string,
  cancel: Cancel,
): Promise<{ readonly scope: Scope; readonly hidden: readonly Hidden[] }> {
  if (typeof asked === 'object') {
    for (const namespace of asked.namespaces) await askOnePod(api, namespace, cancel);
    return { scope: asked.namespaces, hidden: [] };
  }
  try {
    await askOnePod(api, null, cancel);
    return { scope: null, hidden: [] };
  } catch (error) {
    if (asked === 'all' || !isForbidden(error)) throw error;
    await askOnePod(api, ownNamespace, cancel);
    return { scope: [ownNamespace], hidden: [{ what: 'pods', namespace: null, why: shortRefusal(error.detail) }] };
  }
}

function askOnePod(api: ApiReader, namespace: string | null, cancel: Cancel): Promise<unknown> {
  return api.get(collectionPath('pods', namespace), { limit: 1 }, cancel);
}

function isForbidden(error: unknown): error is ConnectionError {
  return error instanceof ConnectionError && error.kind === 'forbidden';
}
