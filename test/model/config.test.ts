import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toConfig } from '../../src/model/config.ts';
import { configsUsed } from '../../src/model/config-reference.ts';
import { toPod } from '../../src/model/pod.ts';

const POD = {
  metadata: { name: 'web-1', namespace: 'shop', uid: 'u1' },
  spec: {
    imagePullSecrets: [{ name: 'registry' }],
    initContainers: [{ name: 'migrate', envFrom: [{ secretRef: { name: 'db' } }] }],
    containers: [
      {
        name: 'web',
        env: [
          { name: 'PLAIN', value: 'x' },
          { name: 'URL', valueFrom: { configMapKeyRef: { name: 'app', key: 'url', optional: true } } },
          { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
          { name: 'KEY', valueFrom: { secretKeyRef: { name: 'keys', key: 'key' } } },
        ],
        envFrom: [{ configMapRef: { name: 'app' } }, { prefix: 'X_', configMapRef: { name: 'more', optional: true } }],
        volumeMounts: [
          { name: 'files', mountPath: '/etc/app' },
          { name: 'kube-api-access-x', mountPath: '/var/run/secrets' },
          { name: 'scratch', mountPath: '/tmp' },
        ],
      },
      { name: 'proxy', volumeMounts: [{ name: 'tls', mountPath: '/tls' }] },
    ],
    volumes: [
      { name: 'files', projected: { sources: [{ configMap: { name: 'files' } }, { secret: { name: 'keys' } }] } },
      {
        name: 'kube-api-access-x',
        projected: { sources: [{ serviceAccountToken: {} }, { configMap: { name: 'kube-root-ca.crt' } }, { downwardAPI: {} }] },
      },
      { name: 'tls', secret: { secretName: 'tls', optional: true } },
      { name: 'unused', configMap: { name: 'unused' } },
      { name: 'scratch', emptyDir: {} },
    ],
  },
};

const named = (use: Parameters<typeof configsUsed>[1], container?: string) =>
  configsUsed(toPod(POD).spec, use, container).map((ref) => `${ref.kind}/${ref.name}${ref.isOptional ? '?' : ''}`);

describe('the ConfigMaps and Secrets of a pod', () => {
  it('are those of a container by its environment and by the volumes that it mounts, each once, and optional only if always', () => {
    expect(named('containers', 'web')).toEqual(['ConfigMap/app', 'Secret/keys', 'ConfigMap/more?', 'ConfigMap/files']);
    expect(named('containers', 'migrate')).toEqual(['Secret/db']);
    expect(named('containers', 'proxy')).toEqual(['Secret/tls?']);
    expect(named('containers', 'nobody')).toEqual([]);
  });

  it('are those of the whole pod by its volumes, and by what pulls its images', () => {
    expect(named('volumes')).toEqual(['ConfigMap/files', 'Secret/keys', 'Secret/tls?', 'ConfigMap/unused']);
    expect(named('pull')).toEqual(['Secret/registry']);
  });

  it('cost nothing in a pod that has only its token and the root CA of the cluster', () => {
    const volumes = POD.spec.volumes.filter(({ name }) => name === 'kube-api-access-x');
    const containers = [
      { name: 'web', volumeMounts: [{ name: 'kube-api-access-x', mountPath: '/x' }], env: [{ name: 'A', value: '1' }] },
    ];
    const { spec } = toPod({ ...POD, spec: { volumes, containers } });
    expect(Object.keys(spec)).toEqual(['nodeName', 'restartPolicy', 'containers']);
    expect(spec.containers[0]).not.toHaveProperty('envConfigs');
    expect(spec.containers[0]).not.toHaveProperty('configMounts');
  });

  it('are safe text, whatever stands there', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.anything(), (env, volumes, pull) => {
        const { spec } = toPod({
          ...POD,
          spec: { containers: [{ name: 'a', env, envFrom: env }], volumes, imagePullSecrets: pull },
        });
        for (const use of ['containers', 'volumes', 'pull'] as const)
          for (const { name } of configsUsed(spec, use)) expect(name).not.toMatch(/[\p{Cc}]|^$/u);
      }),
    );
  });
});

const at = (time: string) => Date.parse(`2026-11-22T${time}Z`);
const write = (manager: string, time: string, fieldsV1: object) => ({
  manager,
  operation: 'Update',
  time: `2026-11-22T${time}Z`,
  fieldsV1,
});

describe('a ConfigMap or Secret', () => {
  const metadata = { name: 'app', namespace: 'shop', uid: 'u2', creationTimestamp: '2026-11-22T10:00:00Z' };

  it('was written when its data was, not when its labels were, and not when the cluster keeps it up', () => {
    const managedFields = [
      write('kubectl-edit', '12:00:00', { 'f:data': { 'f:url': {} }, 'f:metadata': {} }),
      write('kubectl-client-side-apply', '10:00:00', { 'f:data': {} }),
      write('kubectl-label', '13:00:00', { 'f:metadata': { 'f:labels': {} } }),
      write('kube-controller-manager', '14:00:00', { 'f:data': { 'f:token': {} } }),
      write('freezer', '11:00:00', { 'f:immutable': {} }),
      { manager: 'timeless', fieldsV1: { 'f:data': {} } },
    ];
    expect(toConfig({ metadata: { ...metadata, managedFields } }, 'ConfigMap')).toEqual({
      ...{ kind: 'ConfigMap', uid: 'u2', namespace: 'shop', name: 'app', createdAt: at('10:00:00') },
      writes: [
        { manager: 'kubectl-client-side-apply', at: at('10:00:00') },
        { manager: 'freezer', at: at('11:00:00') },
        { manager: 'kubectl-edit', at: at('12:00:00') },
      ],
    });
  });

  it('holds nothing of what it holds', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.constant('SECRET')), (data) => {
        const managedFields = [
          write('x', '10:00:00', { 'f:data': Object.fromEntries(Object.keys(data).map((k) => [`f:KEY${k}`, {}])) }),
        ];
        const config = toConfig(
          { metadata: { ...metadata, managedFields, annotations: data }, data, stringData: data },
          'Secret',
        );
        expect(JSON.stringify(config)).not.toMatch(/SECRET|KEY/);
      }),
    );
  });
});
