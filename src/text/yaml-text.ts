import { stringify } from 'yaml';
import { type Json, objectOf } from './json.ts';
import { safeText } from './safe-text.ts';

/**
 * Prints an API object as YAML that is safe to show: it comes as the API sent it, with strings that
 * a pod controls. Leaves out `managedFields`, which are noise; apiVersion and kind come first, as
 * kubectl prints them.
 */
export function yamlOf(object: Json): string {
  const { managedFields: _, ...metadata } = objectOf(object.metadata);
  const { apiVersion, kind, ...rest } = object;
  const shown = { apiVersion, kind, ...rest, ...(object.metadata === undefined ? {} : { metadata }) };
  return safeText(stringify(shown, { lineWidth: 0, aliasDuplicateObjects: false }));
}
