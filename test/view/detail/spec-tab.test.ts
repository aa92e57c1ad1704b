import { describe, expect, it } from 'vitest';
import type { Condition, ContainerSpec } from '../../../src/model/pod.ts';
import type { Json } from '../../../src/text/json.ts';
import { yamlOf } from '../../../src/text/yaml-text.ts';
import { type FullObject, LOADING, specPane } from '../../../src/view/detail/spec-tab.ts';
import { owner } from '../../support/owner.ts';
import { pod } from '../../support/pod.ts';
import { NOW, subject, textsOf, widestOf } from '../../support/record-builder.ts';

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

const known = (object: Json): FullObject => ({ type: 'known', object, yaml: yamlOf(object) });

const condition = (type: string): Condition => ({ type, status: 'True', reason: '', message: '', since: NOW - 60_000 });
const CONDITIONS = ['Ready', 'Initialized'].map(condition);

/** A pod of the newest of two revisions, which changed its image and limits, and took a probe away. */
function changedSubject() {
  const of = subject({ pod: { controller: { kind: 'ReplicaSet', name: 'api-2', uid: 'replicaset-2' }, templateHash: '2' } });
  const deployment = owner({ uid: 'deployment-api', name: 'api', revision: '2' });
  const set = (revision: string, createdAt: number, template: Record<string, string>) =>
    owner({
      ...{ kind: 'ReplicaSet', uid: `replicaset-${revision}`, name: `api-${revision}`, revision, createdAt, template },
      controller: { kind: 'Deployment', name: 'api', uid: deployment.uid },
    });
  const before = {
    'api: image': 'example.com/api:0',
    'api: resources.limits.memory': '1Gi',
    'api: startupProbe.httpGet.port': '80',
  };
  const after = { 'api: image': 'example.com/api:1', 'api: resources.limits.memory': '512Mi', 'web: image': 'web:1' };
  const owners = [deployment, set('1', NOW - 7_200_000, before), set('2', NOW - 3_600_000, after)];
  const known = owners.reduce((all, o) => all.set(o.uid, o), of.state.owners);
  return { ...of, state: { ...of.state, owners: known } };
}

describe('what a revision changed', () => {
  const { startupProbe: _, ...container } = OBJECT.spec.containers[0] as (typeof OBJECT.spec.containers)[0];
  const object = { ...OBJECT, spec: { containers: [container] } };
  const texts = textsOf(specPane(changedSubject(), known(object), 120));

  it('is told whole', () => {
    expect(texts.find((text) => text.startsWith(' changed '))).toContain('revision 2 at 14:10:00: ');
    expect(texts.join(' ')).toContain('web: image');
  });

  it('has a ≠ mark on the line of the Spec tab that changed, and a line of its own where something was removed', () => {
    const after = (label: string) => texts[texts.findIndex((text) => text.startsWith(` ${label} `)) + 1]?.trim();
    expect(after('image')).toBe('≠ image api:0 → api:1');
    expect(after('limits')).toBe('≠ memory limit 1Gi → 512Mi');
    expect(after('command')).not.toContain('≠');
    expect(texts.find((text) => text.startsWith(' startup '))).toMatch(/^ startup +≠ startupProbe/);
  });

  it('is not there where no revision before is known', () => {
    expect(textsOf(specPane(subject(), known(object), 120)).join('\n')).not.toMatch(/changed|≠/);
  });
});

describe('what else a container is told', () => {
  it('has the names of its environment, never their values, and what becomes of it when it ends', () => {
    const [container] = OBJECT.spec.containers;
    const env = [
      { name: 'DB_URL', value: 'postgres://u:p@db' },
      { name: 'TOKEN', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } },
    ];
    const envFrom = [{ configMapRef: { name: 'settings' } }, { secretRef: { name: 'keys' } }];
    const rules = [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }];
    const more = { ...container, env, envFrom, imagePullPolicy: 'Always', restartPolicyRules: rules };
    const object = { spec: { restartPolicy: 'OnFailure', terminationGracePeriodSeconds: 5, containers: [more] } };
    const texts = textsOf(specPane(subject(), known(object), 120));
    expect(texts).toContain(' env        DB_URL, TOKEN, all of ConfigMap settings, all of Secret keys');
    expect(texts).toContain(
      ' policy     restarts: OnFailure, after 1 rule of its own · pulls its image: Always · 5s to end when it is told to',
    );
  });
});

describe('the Spec tab', () => {
  it('tells what the container is told to do, then the whole object', () => {
    const pane = specPane(subject(), known(OBJECT), 100);
    const texts = textsOf(pane);
    expect(texts.slice(texts.indexOf('') + 1, texts.indexOf(' apiVersion: v1'))).toEqual([
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
    expect(textsOf(specPane(subject(scene), LOADING, 160))).toEqual([
      ' ┌───────────┬──────┬────────────────────────────┬─────────────┬──────────┬────────┐ ┌─────────────┬────────┬──────────┬────────┐',
      ' │ CONTAINER │ TYPE │ IMAGE                      │ RESTARTS ON │ MEMORY   │ PROBES │ │ CONDITION   │ STATUS │ SINCE    │ REASON │',
      ' ├───────────┼──────┼────────────────────────────┼─────────────┼──────────┼────────┤ ├─────────────┼────────┼──────────┼────────┤',
      ' │ ▸ api     │ app  │ registry.example.com/api:1 │ Always      │ no limit │ none   │ │ Ready       │ True   │ 15:09:00 │        │',
      ' └───────────┴──────┴────────────────────────────┴─────────────┴──────────┴────────┘ ├─────────────┼────────┼──────────┼────────┤',
      `${' '.repeat(85)}│ Initialized │ True   │ 15:09:00 │        │`,
      `${' '.repeat(85)}└─────────────┴────────┴──────────┴────────┘`,
      '',
      ' fetching the whole object',
    ]);
    const narrow = textsOf(specPane(subject(scene), LOADING, 100));
    expect(narrow.slice(narrow.indexOf('') + 1)).toEqual([
      ' CONDITION    STATUS  SINCE     REASON',
      ' Ready        True    15:09:00',
      ' Initialized  True    15:09:00',
      '',
      ' fetching the whole object',
    ]);
  });

  it('draws no grid that would not fit, and none that ink-table would break', () => {
    const isGridAt = (of: Parameters<typeof subject>[0], width: number) =>
      textsOf(specPane(subject(of), LOADING, width)).some((text) => text.includes('┌'));
    expect([isGridAt({}, 60), isGridAt({}, 200)]).toEqual([false, true]);
    const [container] = pod().spec.containers as [ContainerSpec];
    const wide = { ...pod().spec, containers: [{ ...container, image: '日本語' }] };
    expect(isGridAt({ pod: { spec: wide } }, 200)).toBe(false);
    const many = { ...pod().spec, containers: Array.from({ length: 16 }, (_, i) => ({ ...container, name: `c${i}` })) };
    expect(isGridAt({ pod: { spec: many } }, 200)).toBe(false);
    const texts = textsOf(specPane(subject({ pod: { spec: many } }), LOADING, 200));
    expect(texts.filter((text) => text.includes('no limit'))).toHaveLength(16);
  });

  it('says why there is no object', () => {
    expect(textsOf(specPane(subject(), { type: 'failed', why: 'pods "api-1" not found' }, 100)).at(-1)).toBe(
      ' could not fetch the whole object: pods "api-1" not found',
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
