import { type Json, objectOf } from '../../text/json.ts';

/**
 * An annotation of the bookmark that ends a WatchList's first events
 * (metav1.InitialEventsAnnotationKey).
 */
export const INITIAL_EVENTS_END = 'k8s.io/initial-events-end';

/** Every stored object has a name and a UID: one without them cannot be followed. */
export function hasIdentity(object: Json): boolean {
  const { uid, name } = objectOf(object.metadata);
  return typeof uid === 'string' && typeof name === 'string';
}

/**
 * Half of a Pod's bytes tell who last wrote which field: no server leaves them out, and crashtop
 * does not need them.
 */
export function withoutManagedFields(object: Json): Json {
  const metadata = objectOf(object.metadata);
  if (metadata.managedFields === undefined) return object;
  const { managedFields: _, ...kept } = metadata;
  return { ...object, metadata: kept };
}
