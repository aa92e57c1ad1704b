import { describe, expect, it } from 'vitest';
import { isWorkloadEntry } from '../../../src/diagnosis/entry.ts';
import { problemListAt } from '../../../src/diagnosis/problem-list.ts';
import { incidentOf } from '../../../src/report/incident/incident.ts';
import { plainTable } from '../../../src/report/plain-table.ts';
import type { SourceInfo } from '../../../src/timeline/envelope.ts';
import { inTableOrder } from '../../../src/view/table/in-table-order.ts';
import { namesOf } from '../../../src/view/table/table.ts';
import { recordedTimeline } from '../../support/recorded.ts';

const SOURCE: SourceInfo = {
  kind: 'cluster',
  context: 'zoo',
  name: 'zoo',
  serverVersion: 'v1.35.4',
  namespaces: null,
  selector: null,
};

describe('the one order of all that is in trouble', () => {
  it('is that of the table for a pipe, and of the problems of a report', async () => {
    const timeline = await recordedTimeline('zoo');
    const from = timeline.startedAt;
    const to = from + 600_000;
    const state = timeline.stateAt(to);
    const order = inTableOrder(problemListAt(state, to), to);
    const rows = plainTable(state, SOURCE, to, false).split('\n').slice(2);
    expect(rows.map((row) => row.split(/ {2,}/)[1]?.replace('Job/', ''))).toEqual(order.map((e) => namesOf(e).name));
    const workloads = [...new Set(order.map((e) => `${e.workload.namespace}/${e.workload.name}`))];
    const inTrouble = incidentOf(timeline, SOURCE, from, to).problems.map(({ name }) => name);
    expect([...new Set(inTrouble)].slice(0, workloads.length)).toEqual(workloads);
    expect(order.some((e) => !isWorkloadEntry(e))).toBe(true);
  });
});
