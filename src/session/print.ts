import type { Acknowledgement } from '../diagnosis/acknowledgement/acknowledgement.ts';
import { snapshotOf, snapshotRuns } from '../report/json/snapshot.ts';
import { plainTable } from '../report/plain-table.ts';
import type { SourceInfo } from '../timeline/envelope.ts';
import { skewOf } from '../timeline/node-clocks.ts';
import type { ClusterState, Gap } from '../timeline/state.ts';
import type { Format } from './format.ts';

/** One moment to be printed. */
export interface Moment {
  readonly state: ClusterState;
  readonly source: SourceInfo;
  /** The gaps that began by then. */
  readonly gaps: readonly Gap[];
  /** Epoch ms. */
  readonly now: number;
  /** The acknowledgements of the cluster. */
  readonly acknowledged?: readonly Acknowledgement[];
}

/** The text of one moment, with its final newline. `pretty` indents JSON for people. */
export function momentText(moment: Moment, format: Format): string {
  const { state, source, gaps, now, acknowledged } = moment;
  if (format === 'json') return `${JSON.stringify(snapshotOf(state, source, gaps, now, acknowledged), null, 2)}\n`;
  if (format === 'ndjson') return `${JSON.stringify(snapshotOf(state, source, gaps, now, acknowledged))}\n`;
  return `${plainTable(state, source, now, format === 'wide')}\n`;
}

/**
 * Every known run, one per line, deleted pods included: sorted by namespace, pod and container,
 * oldest run first.
 */
export function* runLines(state: ClusterState, now: number): Generator<string> {
  const records = [...state.pods.values()].toSorted(
    (a, b) => order(a.pod.namespace, b.pod.namespace) || order(a.pod.name, b.pod.name) || order(a.pod.uid, b.pod.uid),
  );
  for (const record of records) {
    const { namespace, name, uid } = record.pod;
    for (const container of record.containers) {
      for (const run of snapshotRuns(container.ledger, now - skewOf(state, record))) {
        yield `${JSON.stringify({ namespace, pod: name, uid, container: container.name, type: container.type, ...run })}\n`;
      }
    }
  }
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
