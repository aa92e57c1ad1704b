import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/diagnosis/change.ts';
import type { FieldChange } from '../../src/model/template-changes.ts';
import { describeChange } from '../../src/wording/changes.ts';
import { NOW } from '../support/record-builder.ts';

const REVISION: Change = {
  kind: 'revision',
  source: 'revision 42',
  at: NOW - 60_000,
  beforeMs: 40_000,
  isAtMost: false,
  unseenRuns: 0,
  began: 'crash',
  fields: [],
};
const words = (fields: readonly FieldChange[], most?: number) => describeChange({ ...REVISION, fields }, 'api', NOW, most);
const HEAD = 'revision 42, 40s before the first crash: ';
const DIGEST = `app@sha256:${'0123456789ab'.repeat(5)}abcd`;

describe('a change in words', () => {
  it.each<[FieldChange[], string]>([
    [[{ path: 'api: image', from: 'r.example.com/a/app:1', to: 'r.example.com/a/app:2' }], 'image app:1 → app:2'],
    [
      [{ path: 'api: image', from: 'r.example.com/app:1', to: 'q.example.com/app:1' }],
      'image r.example.com/app:1 → q.example.com/app:1',
    ],
    [[{ path: 'api: image', from: 'app:1', to: DIGEST }], 'image app:1 → app@sha256:0123456789ab…'],
    [[{ path: 'proxy: image', from: 'p:1', to: 'p:2' }], 'proxy: image p:1 → p:2'],
    [[{ path: 'api: resources.limits.memory', from: '1Gi', to: '512Mi' }], 'memory limit 1Gi → 512Mi'],
    [[{ path: 'api: resources.requests.cpu', from: null, to: '2' }], 'cpu request none → 2'],
    [[{ path: 'api: command', from: '/run', to: '/run -v' }], 'command /run → /run -v'],
    [[{ path: 'api: command', from: null, to: '/run' }], 'command added: /run'],
    [[{ path: 'api: args', from: 'set', to: 'set' }], 'args changed'],
    [[{ path: 'proxy: args', from: null, to: 'set' }], 'proxy: args added'],
    [[{ path: 'api: args', from: 'set', to: null }], 'args removed'],
    [[{ path: 'api: env DB_URL', from: 'set', to: null }], 'env DB_URL removed'],
    [[{ path: 'api: env DB_URL', from: 'secret db/url', to: 'secret db2/url' }], 'env DB_URL secret db/url → secret db2/url'],
    [[{ path: 'volume cfg', from: 'configmap a', to: 'configmap b' }], 'volume cfg configmap a → configmap b'],
    [[{ path: 'api: livenessProbe.timeoutSeconds', from: '1', to: '3' }], 'livenessProbe.timeoutSeconds 1 → 3'],
    [
      [
        { path: 'api: livenessProbe.httpGet.port', from: null, to: '80' },
        { path: 'api: livenessProbe.timeoutSeconds', from: null, to: '3' },
      ],
      'livenessProbe added',
    ],
    [[{ path: 'annotation checksum/config', from: 'abc', to: 'def' }], 'checksum/config differs'],
    [
      [{ path: 'annotation kubectl.kubernetes.io/restartedAt', from: null, to: '2026-11-22T15:04:05Z' }],
      'kubectl rollout restart at 15:04:05',
    ],
  ])('%j', (fields, expected) => {
    expect(words(fields)).toBe(HEAD + expected);
  });

  it('tells so many differences, and counts the others', () => {
    const fields = ['A', 'B', 'C', 'D'].map((name) => ({ path: `api: env ${name}`, from: null, to: 'set' }));
    expect(words(fields, 2)).toBe(`${HEAD}env A added, env B added, 2 more`);
  });

  it('calls a start that failed no crash', () => {
    expect(describeChange({ ...REVISION, began: 'failure', fields: null }, 'api', NOW)).toBe(
      'revision 42, 40s before the first failure: its changes are unknown',
    );
  });
});
