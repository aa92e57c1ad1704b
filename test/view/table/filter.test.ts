import { describe, expect, it } from 'vitest';
import { parseFilter, passes } from '../../../src/view/table/filter.ts';
import { problem, workloadProblem } from '../../support/problem-builder.ts';

const ENTRY = problem({
  namespace: 'payments',
  pod: 'api-7d9f8c-x2kq4',
  workload: 'billing',
  node: 'node-7',
  containers: ['proxy', 'api'],
  cause: { id: 'oom-killed', summary: 'OOMKilled, limit 48Mi' },
});

const shows = (typed: string) => passes(parseFilter(typed), ENTRY, () => 'Init:CrashLoopBackOff');

describe('the filter', () => {
  it.each([
    ['namespace', 'paym'],
    ['pod', 'x2kq4'],
    ['both', 'payments/api'],
    ['container', 'proxy'],
    ['workload', 'billing'],
    ['workload with its kind', 'deployment/bill'],
    ['node', 'node-7'],
    ['status of kubectl', 'init:crash'],
    ['state', 'looping'],
    ['kind', 'crash'],
    ['cause', 'oom-killed'],
    ['what the cause says', 'limit 48mi'],
    ['nothing', '   '],
  ])('finds by %s', (_, typed) => {
    expect(shows(typed)).toBe(true);
    expect(shows(typed.toUpperCase())).toBe(true);
  });

  it.each(['shop/burst', 'deployment/burst', 'not-created', 'quota: pods'])('finds a workload by %s', (typed) => {
    const burst = workloadProblem('burst');
    expect(passes(parseFilter(typed), burst, () => 'Running')).toBe(true);
    expect(passes(parseFilter(`!${typed}`), burst, () => 'Running')).toBe(false);
    expect(passes(parseFilter('running'), burst, () => 'Running')).toBe(false);
  });

  it('hides what has it not', () => {
    expect(shows('frontend')).toBe(false);
  });

  it('inverts with !', () => {
    expect(shows('!frontend')).toBe(true);
    expect(shows('! oom')).toBe(false);
    expect(shows('!')).toBe(true);
  });
});
