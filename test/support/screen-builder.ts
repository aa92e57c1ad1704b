import { isWorkloadEntry, type TableEntry } from '../../src/diagnosis/entry.ts';
import type { ClusterState } from '../../src/timeline/state.ts';
import { EMPTY_STATE } from '../../src/timeline/state.ts';
import type { HeaderFacts } from '../../src/view/header.ts';
import type { MainFacts } from '../../src/view/main-screen.ts';
import { sharedProblems } from '../../src/view/table/group-text.ts';
import { countWorkloads, tableOf } from '../../src/view/table/table.ts';
import { settled } from '../../src/view/update/page.ts';
import { FIRST_SCREEN } from '../../src/view/update/screen-state.ts';
import { NOW, SECOND } from './record-builder.ts';
import { CLUSTER } from './sessions.ts';

/** The state that knows the pods of these entries, listed. */
export function stateOf(entries: readonly TableEntry[]): ClusterState {
  let state: ClusterState = { ...EMPTY_STATE, podsListedAt: 0 };
  for (const entry of entries) {
    if (isWorkloadEntry(entry)) continue;
    const { record } = entry;
    const { uid, namespace, name } = record.pod;
    state = { ...state, pods: state.pods.set(uid, record), names: state.names.set(`${namespace}/${name}`, uid) };
  }
  return state;
}

/** A live header that shows nothing in trouble, unless told otherwise. */
export function headerFacts(fields: Partial<HeaderFacts> = {}): HeaderFacts {
  return {
    kind: 'live',
    source: CLUSTER,
    connection: { phase: 'live', heardAt: NOW },
    state: { ...EMPTY_STATE, podsListedAt: 0 },
    gaps: [],
    now: NOW,
    wallNow: NOW,
    startedAt: NOW - 14 * SECOND,
    notLive: null,
    counts: new Map(),
    newSince: NOW,
    newCount: 0,
    troubled: 0,
    screen: FIRST_SCREEN,
    filtered: 0,
    listed: 0,
    ...fields,
  };
}

/** A live main screen of these entries, on which the first row is selected. */
export function mainFacts(entries: readonly TableEntry[], height: number, fields: Partial<MainFacts> = {}): MainFacts {
  const table = tableOf({ entries, sort: 'impact', folds: new Map(), height, newSince: NOW, wallNow: NOW, before: null });
  return {
    ...headerFacts({
      state: stateOf(entries),
      counts: countWorkloads(entries),
      troubled: entries.length,
      listed: entries.length,
      screen: settled(FIRST_SCREEN, { table, height }),
    }),
    table,
    entries,
    shared: sharedProblems(entries),
    transportLines: [],
    notice: '',
    ...fields,
  };
}
