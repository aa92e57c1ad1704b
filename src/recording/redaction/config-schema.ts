import { DATA_FIELDS } from '../../model/config.ts';
import { METADATA } from './metadata-schema.ts';
import { each, type Fields } from './schema.ts';

// From managedFields: when its data was written and by which manager, never the keys of the data.
const WRITES: Fields = {
  manager: { keep: 'masked', strict: 'manager' },
  operation: { keep: 'scalar', strict: 'word' },
  time: { keep: 'scalar', strict: 'scalar' },
  fieldsV1: { one: each({ keep: 'presence', strict: 'presence' }, DATA_FIELDS) },
};

const { name, namespace, uid, creationTimestamp, deletionTimestamp } = METADATA as Required<typeof METADATA>;

/**
 * A ConfigMap or Secret, however much of it arrived: its identity, and when and by whom its data
 * was written, never the data itself. Drops annotations, too: kubectl apply copies the data into
 * one of them.
 */
export const CONFIG: Fields = {
  apiVersion: { keep: 'scalar' },
  kind: { keep: 'scalar', strict: 'word' },
  metadata: { one: { name, namespace, uid, creationTimestamp, deletionTimestamp, managedFields: { list: WRITES } } as Fields },
};
