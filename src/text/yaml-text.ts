import { stringify } from 'yaml';
import { type Json, objectOf } from './json.ts';
import { safeText } from './safe-text.ts';

/**
 * An API object as YAML, safe to show: it comes as the API sent it, whose strings a pod controls. Without `managedFields`,
 * which nobody reads; what it is comes first, as kubectl prints it.
 */
export function yamlOf(object: Json): string {
  const { managedFields: _, ...metadata } = objectOf(object.metadata);
  const { apiVersion, kind, ...rest } = object;
  const shown = { apiVersion, kind, ...rest, ...(object.metadata === undefined ? {} : { metadata }) };
  return safeText(stringify(shown, { lineWidth: 0, aliasDuplicateObjects: false }));
}
