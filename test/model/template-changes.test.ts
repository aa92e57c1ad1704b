import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toPodTemplate } from '../../src/model/pod-template.ts';
import { templateChanges, templateOfPod } from '../../src/model/template-changes.ts';
import { pod } from '../support/pod.ts';

describe('the changes between two templates', () => {
  it('are the fields that differ, what matters most first', () => {
    const before = {
      'api: env A': 'set',
      'api: image': 'api:1',
      'api: livenessProbe.timeoutSeconds': '1',
      'volume cfg': 'configmap a',
    };
    const after = {
      'api: image': 'api:2',
      'api: livenessProbe.timeoutSeconds': '3',
      'volume cfg': 'configmap b',
      'api: command': '/run',
    };
    expect(templateChanges(before, after)).toEqual([
      { path: 'api: image', from: 'api:1', to: 'api:2' },
      { path: 'api: command', from: null, to: '/run' },
      { path: 'api: env A', from: 'set', to: null },
      { path: 'volume cfg', from: 'configmap a', to: 'configmap b' },
      { path: 'api: livenessProbe.timeoutSeconds', from: '1', to: '3' },
    ]);
  });

  it('are none of a template with itself, and turn round', () => {
    const template = fc.dictionary(fc.string(), fc.string());
    fc.assert(
      fc.property(template, template, (a, b) => {
        expect(templateChanges(a, a)).toEqual([]);
        const turned = templateChanges(b, a).map(({ path, from, to }) => ({ path, from: to, to: from }));
        expect(new Set(templateChanges(a, b).map((c) => JSON.stringify(c)))).toEqual(
          new Set(turned.map((c) => JSON.stringify(c))),
        );
      }),
    );
  });

  it('see checksums and a restart in the annotations, and no other annotation', () => {
    const annotations = {
      'checksum/config': '0123456789abcdef0123',
      'kubectl.kubernetes.io/restartedAt': '2026-11-22T15:00:00Z',
      'example.com/token': 'not-a-real-token',
    };
    expect(toPodTemplate({ metadata: { annotations }, spec: {} })).toEqual({
      'annotation checksum/config': '0123456789ab',
      'annotation kubectl.kubernetes.io/restartedAt': '2026-11-22T15:00:00Z',
    });
  });
});

describe('the template of a pod', () => {
  it('is what the pod tells of itself, under the names that a workload uses', () => {
    const { spec } = pod();
    const [api] = spec.containers;
    if (api === undefined) throw new Error('no container');
    const timing = { initialDelayMs: 5000, periodMs: 10_000, failureThreshold: 3, graceMs: 30_000 };
    const containers = [{ ...api, memoryLimit: '64Mi', livenessTiming: timing }];
    expect(templateOfPod(pod({ spec: { ...spec, containers } }))).toEqual({
      'api: image': 'registry.example.com/api:1',
      'api: resources.limits.memory': '64Mi',
      'api: livenessProbe.initialDelaySeconds': '5',
      'api: livenessProbe.periodSeconds': '10',
      'api: livenessProbe.failureThreshold': '3',
      'api: livenessProbe.terminationGracePeriodSeconds': '30',
    });
  });
});
