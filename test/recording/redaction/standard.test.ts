import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toOwner } from '../../../src/model/resources.ts';
import { RESOURCE_KINDS } from '../../../src/recording/kinds.ts';
import type { RecordingLine } from '../../../src/recording/line.ts';
import { Projector } from '../../../src/recording/projector.ts';
import { redactedObjectOf, redactLine, redactObject } from '../../../src/recording/redaction/standard.ts';
import type { Json } from '../../../src/text/json.ts';
import { podObject, rawLinesOf } from '../../support/recordings.ts';

const PLANTED = /not-a-real-(?:password|secret|token)/;

describe.each(['zoo', 'zoo-1.33'] as const)('the recorded stream %s, redacted', (zoo) => {
  it('holds none of the planted secrets, though every line goes through', async () => {
    const { lines } = await rawLinesOf(zoo);
    expect(lines.some(({ bytes }) => PLANTED.test(bytes.toString()))).toBe(true);
    const kept = lines.map(({ line }) => redactLine(line));
    expect(kept.every((line) => line !== null)).toBe(true);
    expect(kept.map((line) => JSON.stringify(line)).filter((text) => PLANTED.test(text))).toEqual([]);
  });

  it('says the same to the model as the original', async () => {
    const { lines } = await rawLinesOf(zoo);
    const [raw, redacted] = [new Projector(0), new Projector(0)];
    const different = lines.filter(({ line, number }) => {
      const kept = redactLine(line) as RecordingLine;
      return !isDeepStrictEqual(raw.project(line, number), redacted.project(JSON.parse(JSON.stringify(kept)), number));
    });
    expect(different.map(({ number }) => number)).toEqual([]);
  });

  it('changes nothing the second time', async () => {
    const { lines } = await rawLinesOf(zoo);
    const once = lines.slice(0, 2000).map(({ line }) => redactLine(line) as RecordingLine);
    expect(once.filter((line) => !isDeepStrictEqual(redactLine(line), line))).toEqual([]);
  });
});

/** A Pod with everything that a Spec tab shows, and with secrets wherever a Pod can hold them. */
const SECRETIVE = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'web',
    namespace: 'shop',
    uid: 'u1',
    labels: { app: 'web', 'example.com/token': 'SECRET', note: 'password=SECRET' },
    annotations: {
      'kubectl.kubernetes.io/last-applied-configuration': '{"env":"SECRET"}',
      'kubernetes.io/change-cause': 'kubectl set env --token=SECRET',
      'checksum/config': '0a1b2c3d',
      'checksum/secret': 'SECRET',
      'kubectl.kubernetes.io/default-container': 'web',
      vault: 'SECRET',
    },
    managedFields: [{ manager: 'SECRET' }],
  },
  spec: {
    nodeName: 'node-a',
    imagePullSecrets: [{ name: 'registry', auth: 'SECRET' }],
    serviceAccountName: 'web',
    tolerations: [{ key: 'SECRET' }],
    containers: [
      {
        name: 'web',
        image: 'web:1',
        command: ['/web', '--password', 'SECRET', '--port=80', '--token=SECRET'],
        args: ['SECRET'],
        env: [
          { name: 'PLAIN', value: 'SECRET' },
          { name: 'KEY', valueFrom: { secretKeyRef: { name: 'web-keys', key: 'key', value: 'SECRET' } } },
        ],
        envFrom: [{ secretRef: { name: 'web-env' } }],
        livenessProbe: {
          httpGet: { path: '/ok?token=SECRET', port: 80, httpHeaders: [{ name: 'Authorization', value: 'SECRET' }] },
          periodSeconds: 5,
        },
        readinessProbe: { exec: { command: ['sh', '-c', 'PGPASSWORD=SECRET psql'] } },
        lifecycle: { preStop: { exec: { command: ['SECRET'] } } },
        resources: { limits: { memory: '64Mi', 'example.com/gpu': 'SECRET' }, requests: { cpu: '10m' } },
        volumeMounts: [{ name: 'tls', mountPath: '/tls', subPath: 'SECRET' }],
      },
    ],
    volumes: [
      { name: 'tls', secret: { secretName: 'tls-cert', items: [{ key: 'SECRET' }] } },
      { name: 'nfs', nfs: { server: 'SECRET', path: 'SECRET' } },
      { name: 'csi', csi: { driver: 'SECRET', volumeAttributes: { x: 'SECRET' } } },
      { name: 'all', projected: { sources: [{ secret: { name: 'a' } }, { serviceAccountToken: { audience: 'SECRET' } }] } },
      { name: 'new', someFutureVolume: { password: 'SECRET' } },
    ],
  },
  status: { phase: 'Running', message: 'login with password: SECRET failed' },
};

describe('redactObject', () => {
  it('keeps what a Spec tab shows, and nothing secret', () => {
    const kept = redactObject('Pod', SECRETIVE);
    expect(JSON.stringify(kept)).not.toContain('SECRET');
    expect(kept).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: 'web',
        namespace: 'shop',
        uid: 'u1',
        labels: { app: 'web', 'example.com/token': '[redacted]', note: 'password=[redacted]' },
        annotations: {
          'kubernetes.io/change-cause': 'kubectl set env --token=[redacted]',
          'checksum/config': '0a1b2c3d',
          'kubectl.kubernetes.io/default-container': 'web',
        },
      },
      spec: {
        nodeName: 'node-a',
        imagePullSecrets: [{ name: 'registry' }],
        serviceAccountName: 'web',
        containers: [
          {
            name: 'web',
            image: 'web:1',
            command: ['/web', '--password', '[redacted]', '--port=80', '--token=[redacted]'],
            env: [{ name: 'PLAIN' }, { name: 'KEY', valueFrom: { secretKeyRef: { name: 'web-keys', key: 'key' } } }],
            envFrom: [{ secretRef: { name: 'web-env' } }],
            livenessProbe: { httpGet: { path: '/ok?token=[redacted]', port: 80 }, periodSeconds: 5 },
            readinessProbe: { exec: { command: ['sh', '-c', 'PGPASSWORD=[redacted] psql'] } },
            lifecycle: { preStop: { exec: {} } },
            resources: { limits: { memory: '64Mi' }, requests: { cpu: '10m' } },
            volumeMounts: [{ name: 'tls', mountPath: '/tls' }],
          },
        ],
        volumes: [
          { name: 'tls', secret: { secretName: 'tls-cert' } },
          { name: 'nfs', nfs: {} },
          { name: 'csi', csi: {} },
          { name: 'all', projected: { sources: [{ secret: { name: 'a' } }, { serviceAccountToken: {} }] } },
          { name: 'new' },
        ],
      },
      status: { phase: 'Running', message: 'login with password: [redacted] failed' },
    });
  });

  it('keeps of a ControllerRevision its number, since when, and what a template keeps', () => {
    const template = {
      $patch: 'replace',
      metadata: { annotations: { 'checksum/secret': 'SECRET', vault: 'SECRET' } },
      spec: { containers: [{ name: 'db', image: 'db:2', args: ['SECRET'], env: [{ name: 'PASSWORD', value: 'SECRET' }] }] },
    };
    const at = '2026-11-22T15:00:00Z';
    const kept = redactObject('ControllerRevision', {
      metadata: {
        ...{ name: 'db-1', uid: 'u' },
        managedFields: [{ manager: 'SECRET', time: at, fieldsV1: { 'f:revision': {}, 'f:SECRET': {} } }],
      },
      revision: 7,
      data: { spec: { template, SECRET: 'SECRET' } },
    });
    expect(kept).toEqual({
      metadata: { name: 'db-1', uid: 'u', managedFields: [{ time: at, fieldsV1: { 'f:revision': {} } }] },
      revision: 7,
      data: {
        spec: {
          template: {
            metadata: { annotations: {} },
            spec: { containers: [{ name: 'db', image: 'db:2', env: [{ name: 'PASSWORD' }] }] },
          },
        },
      },
    });
    expect(toOwner(kept as Json, 'ControllerRevision')).toMatchObject({ revision: '7', numberedAt: Date.parse(at) });
  });

  it('keeps what tells that args differ or a ConfigMap changed, but no checksum of what may be a Secret', () => {
    const hex = '0123456789abcdef'.repeat(4);
    const annotations = {
      'checksum/app-config': hex,
      'checksum/configmap-env': hex,
      'checksum/config': 'any',
      'checksum/configmap': '0a1b2c3d',
      'checksum/secret-config': hex,
      'checksum/config-token': hex,
      'checksum/other-config': 'SECRET',
      'deployment.kubernetes.io/revision-history': '1,3',
    };
    const containers = [
      { name: 'a', args: ['SECRET'], argsDigest: '01ab23cd:0123456789abcdef' },
      { name: 'b', argsDigest: 'SECRET' },
    ];
    const metadata = { name: 'web-1', uid: 'u', annotations };
    expect(redactObject('ReplicaSet', { metadata, spec: { template: { spec: { containers } } } })).toEqual({
      metadata: {
        ...{ name: 'web-1', uid: 'u' },
        annotations: {
          'checksum/app-config': hex,
          'checksum/configmap-env': hex,
          'checksum/configmap': '0a1b2c3d',
          'deployment.kubernetes.io/revision-history': '1,3',
        },
      },
      spec: { template: { spec: { containers: [{ name: 'a', argsDigest: '01ab23cd:0123456789abcdef' }, { name: 'b' }] } } },
    });
  });

  it('does not change what it is given', () => {
    const before = structuredClone(SECRETIVE);
    redactObject('Pod', SECRETIVE);
    expect(SECRETIVE).toEqual(before);
  });

  it.each(['ConfigMap', 'Secret'])('keeps of a %s who it is and when who wrote it, never what', (kind) => {
    const time = '2026-11-22T15:00:00Z';
    const full = {
      ...{ apiVersion: 'v1', kind, type: 'SECRET', data: { url: 'SECRET' }, stringData: { url: 'SECRET' } },
      ...{ binaryData: { url: 'SECRET' }, immutable: true },
      metadata: {
        ...{ name: 'db', namespace: 'shop', uid: 'u1', creationTimestamp: time, resourceVersion: '7' },
        labels: { x: 'SECRET' },
        annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"url":"SECRET"}}', 'checksum/config': 'ab' },
        managedFields: [
          {
            ...{ manager: 'kubectl-edit', operation: 'Update', apiVersion: 'v1', time, fieldsType: 'FieldsV1' },
            fieldsV1: { 'f:data': { '.': {}, 'f:SECRET': {} }, 'f:metadata': { 'f:labels': { 'f:SECRET': {} } } },
          },
          { manager: 'sync token=SECRET', operation: 'Apply', time, fieldsV1: { 'f:metadata': { 'f:annotations': {} } } },
        ],
      },
    };
    const kept = redactObject(kind, full);
    expect(JSON.stringify(kept)).not.toContain('SECRET');
    expect(kept).toEqual({
      ...{ apiVersion: 'v1', kind },
      metadata: {
        ...{ name: 'db', namespace: 'shop', uid: 'u1', creationTimestamp: time },
        managedFields: [
          { manager: 'kubectl-edit', operation: 'Update', time, fieldsV1: { 'f:data': {} } },
          { manager: 'sync token=[redacted]', operation: 'Apply', time, fieldsV1: {} },
        ],
      },
    });
  });

  it('keeps no kind that it does not know', () => {
    expect(redactObject('Service', { metadata: { name: 'x', uid: 'y' }, spec: { x: 'y' } })).toBeNull();
    expect(redactObject('Lease', {})).toBeNull();
  });

  it('lets nothing through that is not on its list, wherever it stands', async () => {
    const { lines } = await rawLinesOf('zoo-1.33');
    const objects = RESOURCE_KINDS.flatMap((kind) => {
      const found = lines.findLast(({ line }) => 'object' in line && line.kind === kind)?.line;
      return found !== undefined && 'object' in found ? [{ kind, object: found.object as Json }] : [];
    });
    expect(objects.length).toBeGreaterThan(7);
    const extra = fc.oneof(
      fc.constant<unknown>('SENTINEL'),
      fc.jsonValue({ maxDepth: 2 }).map((value) => ({ SENTINEL: value, nested: [{ value: 'SENTINEL' }] })),
      fc.constant(['SENTINEL']),
    );
    const names = fc.oneof(
      fc.stringMatching(/^[a-z]{1,8}[0-9]$/),
      fc.constantFrom('value', 'args', 'data', 'stringData', 'password', '__proto__'),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...objects),
        fc.array(fc.tuple(fc.nat(), names, extra), { minLength: 1, maxLength: 10 }),
        (original, extras) => {
          const object = structuredClone(original.object) as Json;
          const places = placesIn(object, '');
          for (const [place, name, value] of extras) {
            const target = places[place % places.length] as Record<string, unknown>;
            Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
          }
          expect(JSON.stringify(redactObject(original.kind, object))).not.toContain('SENTINEL');
        },
      ),
      { numRuns: 500 },
    );
  });

  it('makes no sense of nonsense, and does not fail', () => {
    fc.assert(
      fc.property(fc.constantFrom(...RESOURCE_KINDS), fc.jsonValue(), (kind, value) => {
        expect(redactObject(kind, value)).toBeTypeOf('object');
      }),
    );
  });
});

/** All objects within an object, but for labels: their names are free, and they are kept. */
function placesIn(value: unknown, name: string): object[] {
  if (typeof value !== 'object' || value === null || /labels$/i.test(name)) return [];
  const below = Object.entries(value).flatMap(([key, item]) => placesIn(item, key));
  return Array.isArray(value) ? below : [value, ...below];
}

describe('redactLine', () => {
  it('masks the text of logs, gaps, markers and rights', () => {
    expect(
      redactLine({ t: 1, type: 'log', namespace: 'a', pod: 'b', uid: 'c', container: 'd', text: 'token=abc' }),
    ).toMatchObject({
      text: 'token=[redacted]',
    });
    expect(redactLine({ t: 1, type: 'marker', name: 'x', note: 'password=abc' })).toMatchObject({ note: 'password=[redacted]' });
    expect(redactLine({ t: 1, type: 'gap', kind: 'Pod', from: 0, reason: 'https://a:b@c', open: true })).toEqual({
      ...{ t: 1, type: 'gap', kind: 'Pod', from: 0, reason: 'https://[redacted]@c', open: true },
    });
    const hidden = [{ what: 'logs', namespace: null, why: 'Bearer abcdefgh is bad', more: 'x' }];
    expect(redactLine({ t: 1, type: 'access', hidden })).toEqual({
      ...{ t: 1, type: 'access', hidden: [{ what: 'logs', namespace: null, why: 'Bearer [redacted] is bad' }] },
    });
  });

  it('keeps of a bookmark its resourceVersion', () => {
    const object = { metadata: { resourceVersion: '7', annotations: { x: 'SECRET' } }, spec: {} };
    expect(redactLine({ t: 1, type: 'BOOKMARK', kind: 'Pod', object })).toEqual({
      ...{ t: 1, type: 'BOOKMARK', kind: 'Pod', object: { metadata: { resourceVersion: '7' } } },
    });
  });

  it('keeps nothing of other kinds and types', () => {
    expect(redactLine({ t: 1, type: 'ADDED', kind: 'Service', object: {} })).toBeNull();
    expect(redactLine({ t: 1, type: 'snapshot', kind: 'Lease', items: [] })).toBeNull();
    expect(redactLine({ t: 1, type: 'BOOKMARK', kind: 'Service' })).toBeNull();
    expect(redactLine({ t: 1, type: 'later' } as unknown as RecordingLine)).toBeNull();
  });
});

describe('redactedObjectOf', () => {
  const pod = podObject('a', 'u1', { spec: { hostname: 'x', nodeName: 'n' } });

  it('gives the object of a line, or of a snapshot the one with that UID', () => {
    expect(redactedObjectOf({ t: 0, type: 'ADDED', kind: 'Pod', object: pod }, 'u1')).toMatchObject({ spec: { nodeName: 'n' } });
    const items = [podObject('b', 'u2'), pod];
    expect(redactedObjectOf({ t: 0, type: 'snapshot', kind: 'Pod', items }, 'u1')?.spec).toEqual({ nodeName: 'n' });
  });

  it('gives null for another', () => {
    expect(redactedObjectOf({ t: 0, type: 'ADDED', kind: 'Pod', object: pod }, 'u2')).toBeNull();
    expect(redactedObjectOf({ t: 0, type: 'snapshot', kind: 'Pod', items: [] }, 'u1')).toBeNull();
    expect(redactedObjectOf({ t: 0, type: 'marker', name: 'x' }, 'u1')).toBeNull();
  });
});
