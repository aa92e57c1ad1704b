import { each, type Fields } from './schema.ts';

const TIME_AND_TYPE: Fields = each({ keep: 'scalar', strict: 'scalar' }, ['t', 'type']);

// crashtop's own texts about permissions, losses and markers.
const SAID: Fields[string] = { keep: 'masked', strict: 'message' };

/** What is kept of recorded lines without an object, by type. */
export const LINES: ReadonlyMap<string, Fields> = new Map(
  Object.entries<Fields>({
    // `strict` drops these lines entirely (strict.ts).
    log: {
      ...each({ keep: 'scalar' }, ['t', 'type', 'namespace', 'pod', 'uid', 'container', 'containerID', 'previous', 'truncated']),
      ...each({ keep: 'masked' }, ['text', 'error']),
    },
    gap: {
      ...TIME_AND_TYPE,
      ...each({ keep: 'scalar', strict: 'scalar' }, ['kind', 'from', 'resumed', 'open']),
      namespace: { keep: 'scalar', strict: 'nameOrNull' },
      reason: SAID,
    },
    access: {
      ...TIME_AND_TYPE,
      hidden: { list: { what: SAID, why: SAID, namespace: { keep: 'scalarOrNull', strict: 'nameOrNull' } } },
    },
    marker: { ...TIME_AND_TYPE, name: SAID, note: SAID },
    BOOKMARK: {
      ...TIME_AND_TYPE,
      kind: { keep: 'scalar', strict: 'scalar' },
      object: { one: { metadata: { one: { resourceVersion: { keep: 'scalar' } } } } },
    },
  }),
);

/** What is kept of a line about one object, besides the object. */
export const OBJECT_LINE: Fields = each({ keep: 'scalar' }, ['t', 'type', 'kind']);

/** What is kept of a snapshot, besides its items. */
export const SNAPSHOT_LINE: Fields = each({ keep: 'scalar' }, [
  ...['t', 'type', 'kind', 'resourceVersion', 'namespace', 'more', 'keyframe'],
]);
