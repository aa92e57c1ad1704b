import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signatureOf, withoutNoise } from '../../src/diagnosis/crash-signature.ts';
import { isWorkloadEntry } from '../../src/diagnosis/entry.ts';
import { problemListAt } from '../../src/diagnosis/problem-list.ts';
import type { CauseId } from '../../src/model/cause.ts';
import { problem, workloadProblem } from '../support/problem-builder.ts';
import { MINUTE } from '../support/record-builder.ts';
import { recordedTimeline } from '../support/recorded.ts';

const keyOf = (id: CauseId, summary: string, pod = 'api-7d9f8c-x2kq4', workload = 'api') =>
  signatureOf(problem({ pod, workload, cause: { id, summary } })).key;

describe('noise', () => {
  it.each([
    ['schema 12 is newer than 11', 'schema # is newer than #'],
    ['2026-11-22T15:10:00.123Z took 4.2s, 48Mi of 1,024', '<time> took #, # of #'],
    ['at 15:10:00 request 0x7ffe12 of 3f2504e0-4f89-11d3-9a0c-0305e82c3301', 'at <time> request <id> of <id>'],
    ['commit 9fceb02d0ae598e95dc970b74767f19372d61af8', 'commit <id>'],
    ['read tcp 10.42.0.13:41822->10.96.0.1:443: i/o timeout', 'read tcp <near>->10.96.0.1:443: i/o timeout'],
    ['cannot reach 10.42.0.13:41822', 'cannot reach 10.42.0.13:#'],
    ['peer web-5c7d9f8b4-4zzkq and store-0 are gone', 'peer web-<pod> and store-# are gone'],
    ['waited 2m40s for 3h5m12s', 'waited # for #'],
  ])('is taken out of %j', (line, expected) => {
    expect(withoutNoise(line)).toBe(expected);
  });

  it.each([
    'cannot reach 10.88.9.9:5432',
    'cannot resolve db-primary.prod.svc:5432',
    'upstream answered 503',
    'panic in queue.c:88',
    'exit 137',
    'FATAL missing feature flag service url',
    'x509: certificate signed by unknown authority',
  ])('is none of %j: that is the place', (line) => {
    expect(withoutNoise(line)).toBe(line);
  });

  it('leaves nothing for a second look, whatever the line', () => {
    const parts = fc.constantFrom(
      '10.0.0.1:40000',
      '->',
      ' ',
      '12',
      '4.2s',
      ':',
      'a-1',
      '0xff',
      'deadbeef1',
      '15:10:00',
      'web-5c7d9f-4zzkq',
      'x',
      '#',
    );
    const lines = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.array(parts).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(lines, (line) => {
        const once = withoutNoise(line);
        expect(withoutNoise(once)).toBe(once);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a crash signature', () => {
  const noise = fc.oneof(
    fc.nat().map(String),
    fc.nat().map((n) => `${n}ms`),
    fc.uuid(),
    fc.date({ min: new Date('2000-01-01'), max: new Date('2099-01-01'), noInvalidDate: true }).map((d) => d.toISOString()),
    fc.nat().map((n) => `0x${n.toString(16)}`),
  );

  it('does not change with numbers, times and ids in the line, nor with the pod that says it', () => {
    const kinds = fc.constantFrom<CauseId>('app-error', 'app-panic', 'dns-failure', 'oom-killed');
    fc.assert(
      fc.property(kinds, noise, noise, (id, a, b) => {
        const [one, other] = [a, b].map((n) => (/^0x|[-]/.test(n) ? '#' : n));
        const line = (n: string | undefined, pod: string) => `exit 1: request ${n} of ${pod} failed`;
        expect(keyOf(id, line(one, 'api-1'), 'api-1')).toBe(keyOf(id, line(other, 'api-2'), 'api-2', 'other'));
        expect(withoutNoise(`at ${a}, ${b}`)).not.toMatch(/\d/);
      }),
    );
  });

  it('tells different errors, causes and exit codes apart', () => {
    const exception = fc.stringMatching(/^[a-z]{3,12}Exception$/);
    fc.assert(
      fc.property(exception, exception, (a, b) => {
        expect(keyOf('app-panic', `exit 1: ${a}: boom`) === keyOf('app-panic', `exit 1: ${b}: boom`)).toBe(a === b);
      }),
    );
    expect(keyOf('app-error', 'exit 1: boom')).not.toBe(keyOf('app-panic', 'exit 1: boom'));
    expect(keyOf('app-error', 'exit 1: boom')).not.toBe(keyOf('app-error', 'exit 2: boom'));
    expect(keyOf('dns-failure', 'exit 1: cannot resolve a')).not.toBe(keyOf('dns-failure', 'exit 1: cannot resolve b'));
  });

  it('is one for a name that programs of all kinds cannot resolve, with whichever code they end', () => {
    expect(keyOf('dns-failure', 'exit 1: cannot resolve config.internal')).toBe(
      keyOf('dns-failure', 'exit 7: cannot resolve config.internal'),
    );
  });

  it('is no shared problem where nothing but the cause is the same', () => {
    const oom = signatureOf(problem({ cause: { id: 'oom-killed', summary: 'OOMKilled, limit 48Mi' } }));
    expect(oom.isShared).toBe(false);
    const silent = problem({ cause: { id: 'app-error', summary: 'exit 1' } });
    expect(signatureOf(silent)).toMatchObject({ isShared: false, key: expect.stringContaining('registry.example.com/api:1') });
    const segfault = problem({ cause: { id: 'segfault', summary: 'exit 139: SIGSEGV, segmentation fault' } });
    expect(signatureOf(segfault).isShared).toBe(false);
  });

  it('keeps the name of a pod that no controller made: it may be any word', () => {
    const bare = problem({ pod: 'port', cause: { id: 'port-in-use', summary: 'exit 1: port 8080 is already in use' } });
    const { key } = signatureOf({ ...bare, workload: { ...bare.workload, kind: 'Pod' } });
    expect(key).toContain('port # is already in use');
  });

  it('does not change while a workload fails on', () => {
    const failing = (summary: string) => signatureOf(workloadProblem('cleanup', { kind: 'failing-jobs', summary })).key;
    expect(failing('24 pods failed in 11m: exit 1: lock is held')).toBe(failing('3 pods failed in 95s: exit 1: lock is held'));
    expect(failing('Job failed')).toContain('Deployment/shop/cleanup');
  });
});

it('the signature of a crash finds one problem in three tenants of the recorded cluster, and no other that several workloads share', async () => {
  const timeline = await recordedTimeline('zoo-1.33');
  for (const minutes of [3, 6, 12, 20]) {
    const at = timeline.startedAt + minutes * MINUTE;
    const workloads = new Map<string, Set<string>>();
    for (const entry of problemListAt(timeline.stateAt(at), at)) {
      const { key, isShared } = signatureOf(entry);
      if (!isShared || (!isWorkloadEntry(entry) && entry.trouble === null)) continue;
      const name = `${entry.workload.namespace}/${entry.workload.name}`;
      workloads.set(key, (workloads.get(key) ?? new Set()).add(name));
    }
    const shared = [...workloads].filter(([, names]) => names.size > 1).map(([key, names]) => [key, [...names].toSorted()]);
    expect(shared, `${minutes}m`).toEqual([
      ['dns-failure|cannot resolve config.internal', ['tenant-alpha/api', 'tenant-beta/api', 'tenant-gamma/api']],
    ]);
  }
});
