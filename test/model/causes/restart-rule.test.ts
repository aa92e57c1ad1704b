import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import { ended, factsOf, waiting } from '../../support/cause-facts.ts';

describe('what ended from outside', () => {
  it('by a restart of all containers is neither out of memory nor a kill', () => {
    const rule = { action: 'RestartAllContainers', exitCodes: { operator: 'In', values: [88] } };
    const containers = [{ name: 'c' }, { name: 'source', restartPolicy: 'Never', restartPolicyRules: [rule] }];
    const victim = ended(137, 'RestartingAllContainers', { startedAt: null, finishedAt: null });
    const summary = 'restarted with its pod, by a rule of source';
    expect(causeOf(factsOf({ spec: { containers }, status: { state: victim } }))).toMatchObject({ id: 'restart-rule', summary });
    expect(causeOf(factsOf({ spec: { containers }, status: waiting('RestartingAllContainers') }))).toMatchObject({
      id: 'restart-rule',
      summary,
    });
    expect(causeOf(factsOf({ status: { state: victim } }))?.summary).toBe('restarted with all containers of its pod');
  });
});
