import { safeLine } from '../../text/safe-text.ts';
import type { MissingPermission } from '../../timeline/envelope.ts';
import { type ApiReader, type Cancel, collectionPath } from './http/api-reader.ts';
import { ConnectionError, configurationError } from './http/connection-error.ts';

/**
 * The requested namespaces: by name (-n), all (-A), or none: all if allowed, else the context's
 * own.
 */
export type AskedScope = { readonly namespaces: readonly string[] } | 'all' | 'default';

/** The namespaces that are watched; null for all. */
export type Scope = readonly string[] | null;

/** The missing permissions: each change reports the whole list. */
export class Permissions {
  readonly #onChange: (hidden: readonly MissingPermission[]) => void;
  #hidden: readonly MissingPermission[] = [];
  /** The reasons for refused reads, by permission, by what the user misses. */
  readonly #refusals = new Map<string, Map<string, string>>();

  constructor(onChange: (hidden: readonly MissingPermission[]) => void) {
    this.#onChange = onChange;
  }

  get hidden(): readonly MissingPermission[] {
    return this.#hidden;
  }

  /** Adds something that cannot be seen; `namespace` is null if that holds everywhere. */
  deny(what: string, namespace: string | null, why: string): void {
    const known = this.#hidden.find((h) => h.what === what && h.namespace === namespace);
    if (known?.why === why) return;
    this.#change([...this.#hidden.filter((h) => h !== known), { what, namespace, why }]);
  }

  /** Removes it when it can be seen again. */
  allow(what: string, namespace: string | null): void {
    const others = this.#hidden.filter((h) => h.what !== what || h.namespace !== namespace);
    if (others.length !== this.#hidden.length) this.#change(others);
  }

  /**
   * Takes note of the permission of a single read, refused or (`why` null) granted again.
   * @param right `nodes`, `owners shop deployments`, `events shop`, `secrets shop`: what the user
   * misses, and where.
   */
  noteRead(right: string, why: string | null): void {
    const [what = '', namespace = null] = right.split(' ', 2);
    const refusals = this.#refusals.get(`${what} ${namespace}`) ?? new Map<string, string>();
    this.#refusals.set(`${what} ${namespace}`, refusals);
    if (why === null) refusals.delete(right);
    else if (!refusals.has(right)) refusals.set(right, why);
    // Several kinds may be refused: the first gives the reason for as long as it is.
    const first = refusals.values().next().value;
    if (first === undefined) this.allow(what, namespace);
    else this.deny(what, namespace, first);
  }

  /** The logs of a namespace, or all (null), are refused, or (`why` null) granted again. */
  readonly noteLogs = (namespace: string | null, why: string | null): void => {
    if (why === null) this.allow('logs', namespace);
    else this.deny('logs', namespace, why);
  };

  /** Removes all missing permissions. */
  allowAll(): void {
    if (this.#hidden.length > 0) this.#change([]);
  }

  #change(hidden: readonly MissingPermission[]): void {
    this.#hidden = hidden;
    this.#onChange(hidden);
  }
}

const REFUSAL =
  /User "([^"]*)" cannot (\w+) resource "([^"]*)" in API group "[^"]*" (?:in the namespace "([^"]*)"|at the cluster scope)/;

/** The server's reason for a 403, shortened: who may not do what, where. */
export function describeForbidden(detail: string): string {
  const found = REFUSAL.exec(detail);
  if (found === null) return safeLine(detail);
  const [, user, verb, resource, namespace] = found;
  return safeLine(`${user} may not ${verb} ${resource} ${namespace === undefined ? 'cluster-wide' : `in ${namespace}`}`);
}

/**
 * The first contact: finds out which namespaces can be watched, by asking for one pod in each. Of
 * several namespaces requested by name, forbidden ones stay in the scope: they are hidden until the
 * permission comes.
 * @param selector of labels, as in kubectl's -l; a server that cannot read it says so here.
 * @throws ConnectionError if the server cannot be reached, does not know the user, or forbids
 * everything requested.
 */
export async function chooseScope(
  api: ApiReader,
  asked: AskedScope,
  ownNamespace: string,
  cancel: Cancel,
  selector: string | null = null,
): Promise<{ readonly scope: Scope; readonly hidden: readonly MissingPermission[] }> {
  const ask = (namespace: string | null) => askOnePod(api, namespace, cancel, selector);
  if (typeof asked === 'object') return { scope: asked.namespaces, hidden: await askNamespaces(ask, asked.namespaces) };
  try {
    await ask(null);
    return { scope: null, hidden: [] };
  } catch (error) {
    if (asked === 'all' || !isForbidden(error)) throw error;
    await ask(ownNamespace);
    return { scope: [ownNamespace], hidden: [{ what: 'pods', namespace: null, why: describeForbidden(error.detail) }] };
  }
}

/**
 * May the pods of a namespace, or of all (null), be read now? Any failure is a no: it is asked
 * again.
 */
export async function canListPods(api: ApiReader, namespace: string | null, cancel: Cancel): Promise<boolean> {
  return askOnePod(api, namespace, cancel).then(
    () => true,
    () => false,
  );
}

async function askNamespaces(
  ask: (namespace: string) => Promise<void>,
  namespaces: readonly string[],
): Promise<MissingPermission[]> {
  const hidden: MissingPermission[] = [];
  for (const namespace of namespaces) {
    try {
      await ask(namespace);
    } catch (error) {
      if (!isForbidden(error) || hidden.length === namespaces.length - 1) throw error;
      hidden.push({ what: 'pods', namespace, why: describeForbidden(error.detail) });
    }
  }
  return hidden;
}

async function askOnePod(
  api: ApiReader,
  namespace: string | null,
  cancel: Cancel,
  selector: string | null = null,
): Promise<void> {
  try {
    await api.get(collectionPath('pods', namespace), { limit: 1, labelSelector: selector ?? undefined }, cancel);
  } catch (error) {
    // A rejected selector is the user's mistake: the server will not accept it next time either.
    const isUnread = selector !== null && error instanceof ConnectionError && error.kind === 'rejected';
    if (!isUnread) throw error;
    throw configurationError(
      `-l ${JSON.stringify(selector)} is not a label selector: ${error.detail}`,
      'use one such as app=web,tier!=cache',
    );
  }
}

function isForbidden(error: unknown): error is ConnectionError {
  return error instanceof ConnectionError && error.kind === 'forbidden';
}
