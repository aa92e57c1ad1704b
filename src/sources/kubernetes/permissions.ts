import { safeLine } from '../../text/safe-text.ts';
import type { MissingPermission } from '../../timeline/envelope.ts';
import { type ApiReader, type Cancel, collectionPath } from './http/api-reader.ts';
import { ConnectionError, configurationError } from './http/connection-error.ts';

/** The namespaces that were asked for: by name (-n), all (-A), or none: all where that is allowed, else the context's own. */
export type AskedScope = { readonly namespaces: readonly string[] } | 'all' | 'default';

/** The namespaces that are watched; null for all. */
export type Scope = readonly string[] | null;

/** What rights hide, as it stands: the whole list is reported each time that it changes. */
export class Permissions {
  readonly #onChange: (hidden: readonly MissingPermission[]) => void;
  #hidden: readonly MissingPermission[] = [];
  /** Why reads are refused, by their right, by what a person would miss. */
  readonly #refusals = new Map<string, Map<string, string>>();

  constructor(onChange: (hidden: readonly MissingPermission[]) => void) {
    this.#onChange = onChange;
  }

  get hidden(): readonly MissingPermission[] {
    return this.#hidden;
  }

  /** Says that something cannot be seen; `namespace` is null where that holds everywhere. */
  deny(what: string, namespace: string | null, why: string): void {
    const known = this.#hidden.find((h) => h.what === what && h.namespace === namespace);
    if (known?.why === why) return;
    this.#change([...this.#hidden.filter((h) => h !== known), { what, namespace, why }]);
  }

  /** Says that it can be seen again. */
  allow(what: string, namespace: string | null): void {
    const others = this.#hidden.filter((h) => h.what !== what || h.namespace !== namespace);
    if (others.length !== this.#hidden.length) this.#change(others);
  }

  /**
   * Takes note of the right of a single read, which was refused or (`why` null) given again.
   * @param right `nodes`, `owners shop deployments`, `events shop`, `secrets shop`: what a person would miss, and where.
   */
  noteRead(right: string, why: string | null): void {
    const [what = '', namespace = null] = right.split(' ', 2);
    const refusals = this.#refusals.get(`${what} ${namespace}`) ?? new Map<string, string>();
    this.#refusals.set(`${what} ${namespace}`, refusals);
    if (why === null) refusals.delete(right);
    else if (!refusals.has(right)) refusals.set(right, why);
    // Several kinds may be refused: the first says why, as long as it is.
    const first = refusals.values().next().value;
    if (first === undefined) this.allow(what, namespace);
    else this.deny(what, namespace, first);
  }

  /** The logs of a namespace, or all (null), are refused; or are given again (`why` null). */
  readonly noteLogs = (namespace: string | null, why: string | null): void => {
    if (why === null) this.allow('logs', namespace);
    else this.deny('logs', namespace, why);
  };

  /** Says that nothing is known to be hidden any more. */
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
 * The first contact: which namespaces can be watched. Asks for one pod of them. Of several that were asked for by name, those
 * that are forbidden stay in the scope: they are hidden until the right to read them comes.
 * @param selector of labels, as kubectl's -l has it; a server that cannot read it says so here.
 * @throws ConnectionError where the server cannot be reached, does not know the user, or forbids all that was asked for.
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

/** May the pods of a namespace, or of all (null), be read now? Any failure is a no: it is asked again. */
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
    // What the server cannot read is what the person typed: it will not be read the next time either.
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
