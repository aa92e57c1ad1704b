import { describe, expect, it } from 'vitest';
import { acknowledge } from '../../../src/diagnosis/acknowledgement/judge.ts';
import { problemListAt } from '../../../src/diagnosis/problem-list.ts';
import type { CauseId } from '../../../src/model/cause.ts';
import { withoutAcknowledged } from '../../../src/report/check/acknowledged-findings.ts';
import { type CheckResult, Examination } from '../../../src/report/check/examination.ts';
import { recordedTimeline } from '../../support/recorded.ts';

const LETS_ALL_PASS = { maxRestarts: 0, ignored: new Set<CauseId>(), namespaces: new Set(['payments']), isSelection: false };
const MINUTE = 60_000;

describe('what is acknowledged', async () => {
  const timeline = await recordedTimeline('zoo');
  const to = timeline.startedAt + 12 * MINUTE;
  const state = timeline.stateAt(to);
  const examination = new Examination(LETS_ALL_PASS);
  examination.begin(timeline.stateAt(to - MINUTE), to - MINUTE);
  const result = examination.result(state, to);
  const entries = problemListAt(state, to);
  const { add: known } = acknowledge(entries, entries, [], state, { by: 'anna', at: to, until: null });

  it('is no failure, and all else is', () => {
    expect(result.failures.length).toBeGreaterThan(3);
    const all = withoutAcknowledged(result, state, known);
    expect(all.result.failures).toEqual([]);
    expect(all.acknowledged.findings.map((a) => a.found)).toEqual(result.failures);
    expect(withoutAcknowledged(result, state, []).result).toBe(result);
    const other = known.filter((a) => a.workload !== 'Deployment/payments/api');
    const some = withoutAcknowledged(result, state, other).result;
    expect(new Set(some.failures.map((f) => f.record.workload.name))).toEqual(new Set(['api']));
  });

  it('hides no crash of another cause that came before the last one, but one that is known only less exactly', () => {
    const crashed = (...causes: readonly CauseId[]): CheckResult => ({
      ...result,
      failures: result.failures
        .filter((f) => f.record.workload.name === 'api')
        .map((f) => ({ ...f, causes: ['connection-refused', ...causes] })),
    });
    expect(withoutAcknowledged(crashed('oom-killed'), state, known).acknowledged.findings).toEqual([]);
    expect(withoutAcknowledged(crashed('app-error'), state, known).result.failures).toEqual([]);
  });

  it('counts what is over at the end as well, and nothing whose time has passed', () => {
    const quiet = { ...result, failures: result.failures.map((f) => ({ ...f, trouble: null })) };
    const later = timeline.stateAt(to);
    expect(withoutAcknowledged({ ...quiet, to }, later, known).result.failures).toEqual([]);
    const ended = withoutAcknowledged(
      result,
      state,
      known.map((a) => ({ ...a, until: to })),
    );
    expect(ended.result.failures).toEqual(result.failures);
    expect([...ended.acknowledged.ended.values()].map((s) => s.type)).toEqual(result.failures.map(() => 'expired'));
  });
});
