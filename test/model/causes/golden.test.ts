import { describe, expect, it } from 'vitest';
import { causeAt, troublesAt } from '../../../src/diagnosis/problems.ts';
import type { Cause } from '../../../src/model/cause.ts';
import type { ClusterState, PodRecord } from '../../../src/timeline/state.ts';
import { expectText } from '../../support/expect-screen.ts';
import { recordedTimeline } from '../../support/recorded.ts';

// Between the markers of the recordings: while things fail, in the middle of what was done to them, and at the end.
const TIMES = { zoo: [300, 600, 1000, 2225, 2395], 'zoo-1.33': [200, 400, 700, 1250] } as const;

const MINUTE = 60;

function clock(seconds: number): string {
  return `${Math.floor(seconds / MINUTE)}m${String(seconds % MINUTE).padStart(2, '0')}s`;
}

function rowsAt(state: ClusterState, now: number): string[] {
  const troubled = new Set(troublesAt(state, now).map(({ container }) => container));
  const rows: string[] = [];
  for (const record of state.pods.values()) {
    if (record.goneAt !== null && !record.containers.some((c) => troubled.has(c))) continue;
    for (const container of record.containers) {
      const cause = causeAt(state, record, container, now);
      rows.push(rowOf(record, container.name, troubled.has(container), cause));
    }
  }
  return rows.sort();
}

function rowOf({ pod }: PodRecord, container: string, isTroubled: boolean, cause: Cause | null): string {
  const name = `${pod.namespace}/${pod.name}${pod.name === container ? '' : ` ${container}`}`;
  const found = cause === null ? '-' : `${cause.id.padEnd(20)} ${cause.confidence.padEnd(8)} ${cause.summary}`;
  return `${name.padEnd(54)} ${isTroubled ? 'trouble' : '       '} ${found}`.trimEnd();
}

describe.each(['zoo', 'zoo-1.33'] as const)('the causes of all pods in the recording %s', (recording) => {
  it('are what the pods say of themselves', async () => {
    const timeline = await recordedTimeline(recording);
    const { startedAt } = timeline;
    const tables = TIMES[recording].map((seconds) => {
      const at = startedAt + seconds * 1000;
      return `at ${clock(seconds)}\n\n${rowsAt(timeline.stateAt(at), at).join('\n')}\n`;
    });
    const text = tables.join('\n');
    expect(text).not.toMatch(/^\S+ .* trouble -$/m);
    expect(text.match(/^infra\/healthy-.*[^-]$/gm)).toBeNull();
    expectText(text, `causes-${recording}`);
  });
});
