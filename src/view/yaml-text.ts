import { stringify } from 'yaml';
import { type Json, objectOf } from '../model/json.ts';
import { safeText } from '../model/safe-text.ts';

/**
 * An API object as YAML, safe to show: it comes as the API sent it, whose strings a pod controls. Without `managedFields`,
 * which nobody reads.
 */
export function yamlOf(object: Json): string {
  const { managedFields: _, ...metadata } = objectOf(object.metadata);
  const shown = object.metadata === undefined ? object : { ...object, metadata };
  return safeText(stringify(shown, { lineWidth: 0, aliasDuplicateObjects: false }));
}
