import { DATA_FIELDS } from '../../model/config.ts';
import { METADATA } from './metadata-schema.ts';
import { each, type Fields } from './schema.ts';

// Of who wrote which field of an object when: whether it was its data, never the keys below.
const WRITES: Fields = {
  manager: { keep: 'masked', strict: 'manager' },
  operation: { keep: 'scalar', strict: 'word' },
  time: { keep: 'scalar', strict: 'scalar' },
  fieldsV1: { one: each({ keep: 'presence', strict: 'presence' }, DATA_FIELDS) },
};

const { name, namespace, uid, creationTimestamp, deletionTimestamp } = METADATA as Required<typeof METADATA>;

/**
 * A ConfigMap or Secret, whatever of it came: who it is, and when who wrote its data, never what. Annotations are left out with
 * the rest: kubectl apply writes the data into one of them once more.
 */
export const CONFIG: Fields = {
  apiVersion: { keep: 'scalar' },
  kind: { keep: 'scalar', strict: 'word' },
  metadata: { one: { name, namespace, uid, creationTimestamp, deletionTimestamp, managedFields: { list: WRITES } } as Fields },
};
