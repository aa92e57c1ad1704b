import { describe, expect, it } from 'vitest';
import { toPodTemplate } from '../../src/model/pod-template.ts';

describe('the pod template in short', () => {
  it('has what its containers are told to do, and no value of the environment, no args, no headers', () => {
    const template = toPodTemplate({
      spec: {
        initContainers: [{ name: 'migrate', image: 'm:1' }],
        containers: [
          {
            name: 'api',
            image: 'api:2',
            command: ['/bin/api', '-v'],
            args: ['--password=not-a-real-password'],
            resources: { limits: { memory: '512Mi' }, requests: { cpu: '100m' } },
            env: [
              { name: 'TOKEN', value: 'not-a-real-token' },
              { name: 'DB', valueFrom: { secretKeyRef: { name: 'db', key: 'url' } } },
              { name: 'MODE', valueFrom: { configMapKeyRef: { name: 'cfg', key: 'mode' } } },
            ],
            envFrom: [{ configMapRef: { name: 'common' } }],
            livenessProbe: {
              httpGet: { path: '/healthz', port: 8080, httpHeaders: [{ name: 'Authorization', value: 'not-a-real-secret' }] },
              timeoutSeconds: 1,
            },
          },
        ],
        volumes: [
          { name: 'tls', secret: { secretName: 'tls-cert' } },
          { name: 'tmp', emptyDir: {} },
          { name: 'all', projected: { sources: [{ secret: { name: 'keys' } }, { configMap: { name: 'cfg' } }] } },
          { name: 'token', projected: { sources: [{ serviceAccountToken: {} }] } },
        ],
      },
    });
    expect(template).toEqual({
      'migrate: image': 'm:1',
      'api: image': 'api:2',
      'api: command': '/bin/api -v',
      'api: resources.limits.memory': '512Mi',
      'api: resources.requests.cpu': '100m',
      'api: livenessProbe.httpGet.path': '/healthz',
      'api: livenessProbe.httpGet.port': '8080',
      'api: livenessProbe.timeoutSeconds': '1',
      'api: env TOKEN': 'set',
      'api: env DB': 'secret db/url',
      'api: env MODE': 'configmap cfg/mode',
      'api: envFrom configmap common': 'all',
      'volume tls': 'secret tls-cert',
      'volume all': 'configmap cfg, secret keys',
    });
  });
});
