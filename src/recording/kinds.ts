import { CONFIG_KINDS } from '../model/config-reference.ts';
import { OWNER_KINDS, type ResourceKind } from '../model/resources.ts';

/** The kinds of object that crashtop records and reads. */
export const RESOURCE_KINDS: readonly ResourceKind[] = ['Pod', 'Event', 'Node', ...OWNER_KINDS, ...CONFIG_KINDS];

const KNOWN: ReadonlySet<string> = new Set(RESOURCE_KINDS);

/** True for a known kind. Lines of other kinds are skipped. */
export function isResourceKind(kind: string): kind is ResourceKind {
  return KNOWN.has(kind);
}
