import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/model/json.ts';
import type { Condition, ContainerSpec } from '../../src/model/pod.ts';
import { type FullObject, specPane } from '../../src/view/spec-tab.ts';
import { yamlOf } from '../../src/view/yaml-text.ts';
import { pod } from '../support/pod.ts';
import { NOW, subject, textsOf, widestOf } from './record-builder.ts';

const OBJECT = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'api-1', managedFields: [{ manager: 'kubectl' }] },
  spec: {
    containers: [
      {
        name: 'api',
        image: 'registry.example.com/api:1',
        command: ['/bin/sh', '-c', 'sleep 1; exit "1"'],
        args: ['--port', '8080'],
        resources: { requests: { cpu: '100m' }, limits: { cpu: 2, memory: '512Mi' } },
        livenessProbe: { httpGet: { path: '/healthz', port: 8080 }, initialDelaySeconds: 5 },
        readinessProbe: { exec: { command: ['cat', '/run/ready'] }, periodSeconds: 3, timeoutSeconds: 2, failureThreshold: 1 },
        startupProbe: { tcpSocket: { port: 'http' } },
      },
    ],
  },
};

const known = (object: Json): FullObject => ({ is: 'known', object, yaml: yamlOf(object) });

const condition = (type: string): Condition => ({ type, status: 'True', reason: '', message: '', since: NOW - 60_000 });
const CONDITIONS = ['Ready', 'Initialized'].map(condition);

describe('the Spec tab', () => {
  it('tells what the container is told to do, then the whole object', () => {
    const pane = specPane(subject(), known(OBJECT), 100);
    const texts = textsOf(pane);
    expect(texts.slice(pane.gridHeight, texts.indexOf(' apiVersion: v1'))).toEqual([
      ' image      registry.example.com/api:1',
      ' command    /bin/sh -c "sleep 1; exit \\"1\\""',
      ' args       --port 8080',
      ' requests   cpu 100m',
      ' limits     cpu 2, memory 512Mi',
      ' startup    TCP :http every 10s, timeout 1s, 3 failures',
      ' liveness   GET :8080/healthz every 10s, timeout 1s, 3 failures, first after 5s',
      ' readiness  runs cat /run/ready every 3s, timeout 2s, 1 failure',
      '',
    ]);
    expect(texts).toContain('     - name: api');
    expect(texts.join('\n')).not.toContain('managedFields');
  });

  it('has the containers in a grid, and the conditions beside it where there is room', () => {
    const scene = { pod: { conditions: CONDITIONS } };
    const wide = specPane(subject(scene), { is: 'loading' }, 160);
    expect(wide.grids.map((grid) => grid.headings[0])).toEqual(['CONTAINER', 'CONDITION']);
    expect(wide.gridHeight).toBe(8);
    expect(wide.grids[0]?.rows).toEqual([['▸ api', 'app', 'registry.example.com/api:1', 'Always', 'no limit', 'none']]);
    const narrow = specPane(subject(scene), { is: 'loading' }, 100);
    expect(narrow.grids.map((grid) => grid.headings[0])).toEqual(['CONTAINER']);
    expect(textsOf(narrow).slice(narrow.gridHeight)).toEqual([
      ' CONDITION    STATUS  SINCE     REASON',
      ' Ready        True    15:09:00',
      ' Initialized  True    15:09:00',
      '',
      ' the whole object is being fetched',
    ]);
  });

  it('draws no grid that would not fit, and none that ink-table would break', () => {
    expect(specPane(subject(), { is: 'loading' }, 60).grids).toEqual([]);
    const [container] = pod().spec.containers as [ContainerSpec];
    const wide = { ...pod().spec, containers: [{ ...container, image: '日本語' }] };
    expect(specPane(subject({ pod: { spec: wide } }), { is: 'loading' }, 200).grids).toEqual([]);
    const many = { ...pod().spec, containers: Array.from({ length: 16 }, (_, i) => ({ ...container, name: `c${i}` })) };
    expect(specPane(subject({ pod: { spec: many } }), { is: 'loading' }, 200).grids).toEqual([]);
    expect(
      textsOf(specPane(subject({ pod: { spec: many } }), { is: 'loading' }, 200)).filter((t) => t.includes('no limit')).length,
    ).toBe(16);
  });

  it('leaves room for its grids and slices behind them', () => {
    const pane = specPane(subject(), known(OBJECT), 100);
    const all = pane.slice(0, pane.height);
    expect(all.length).toBe(pane.height);
    expect(all.slice(0, pane.gridHeight).every((line) => line.length === 0)).toBe(true);
    for (let from = 0; from < pane.height; from += 3) expect(pane.slice(from, 7)).toEqual(all.slice(from, from + 7));
  });

  it('says why there is no object', () => {
    expect(textsOf(specPane(subject(), { is: 'failed', why: 'pods "api-1" not found' }, 100)).at(-1)).toBe(
      ' the whole object could not be had: pods "api-1" not found',
    );
  });

  it('lets no control character through, and no text that reorders', () => {
    const hostile = '\u001b[2J\u001b]0;owned\u0007 \u202egnp.exe \u009b31m \u0000';
    const object = {
      ...OBJECT,
      metadata: { annotations: { [hostile]: hostile, folded: `${hostile}\nsecond line\n` } },
      spec: {
        containers: [
          { name: 'api', image: hostile, command: [hostile], livenessProbe: { httpGet: { path: hostile, port: hostile } } },
        ],
      },
    };
    for (const text of textsOf(specPane(subject(), known(object), 120))) {
      expect(text).not.toMatch(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u);
    }
  });

  it('stays within its width', () => {
    const object = {
      ...OBJECT,
      metadata: { annotations: { ['日本語'.repeat(30)]: '🦀 '.repeat(100), plain: 'word '.repeat(100) } },
    };
    for (let width = 60; width <= 250; width += 5) {
      const pane = specPane(subject({ pod: { conditions: CONDITIONS } }), known(object), width);
      expect(widestOf(pane)).toBeLessThanOrEqual(width);
    }
  });
});
