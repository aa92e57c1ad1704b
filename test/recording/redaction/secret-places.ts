import type { RecordingLine } from '../../../src/recording/line.ts';
import type { Json } from '../../../src/text/json.ts';

const UID = '00000000-0000-4000-8000-000000000001';
const ID = `containerd://${'0'.repeat(64)}`;

/** Texts with one secret, as each place may hold one: a name and its value, a token alone, an address. */
const SECRET = 'Xq7hunter2Zz';
const TOKEN = 'ghp_aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0fG3hJ6';
export const TEXTS: readonly (readonly [text: string, secret: string])[] = [
  [`login with password=${SECRET} failed`, SECRET],
  [`curl -u admin:${SECRET} https://x`, SECRET],
  [`amqp://app:${SECRET}@rabbit:5672`, SECRET],
  [`token ${TOKEN}`, TOKEN],
  [`{"log":"{\\"api_key\\":\\"${SECRET}\\"}"}`, SECRET],
  [`password:\n  ${SECRET}`, SECRET],
];

const metadata = { name: 'web-1', namespace: 'shop', uid: UID, creationTimestamp: '2026-11-22T14:00:00Z' };

function pod(parts: Json): Json {
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [{ name: 'c', image: 'web:1' }] }, status: {}, ...parts };
}

const status = (state: Json, more: Json = {}): Json =>
  pod({
    status: {
      phase: 'Running',
      containerStatuses: [{ name: 'c', image: 'web:1', containerID: ID, restartCount: 1, state, ...more }],
    },
  });

const arrives = (kind: string, object: Json): RecordingLine => ({ t: 1, type: 'ADDED', kind, object }) as RecordingLine;
const condition = (text: string) => ({ conditions: [{ type: 'Ready', status: 'False', reason: text, message: text }] });
const template = (container: Json, annotations: Json = {}) => ({
  spec: { template: { metadata: { annotations }, spec: { containers: [{ name: 'c', image: 'web:1', ...container }] } } },
});

/** Every place of a recording that holds what strangers wrote. */
export const PLACES: Readonly<Record<string, (text: string) => RecordingLine>> = {
  'a termination message': (text) => arrives('Pod', status({ terminated: { exitCode: 1, reason: 'Error', message: text } })),
  'the end before': (text) =>
    arrives('Pod', status({}, { lastState: { terminated: { exitCode: 1, reason: text, message: text } } })),
  'a waiting message': (text) => arrives('Pod', status({ waiting: { reason: text, message: text } })),
  "a pod's conditions": (text) => arrives('Pod', pod({ status: condition(text) })),
  "a pod's reason and message": (text) => arrives('Pod', pod({ status: { reason: text, message: text } })),
  "a pod's image": (text) => arrives('Pod', pod({ spec: { containers: [{ name: 'c', image: text }] } })),
  "a status's image": (text) => arrives('Pod', status({}, { image: text, imageID: text })),
  "a pod's labels": (text) => arrives('Pod', pod({ metadata: { ...metadata, labels: { note: text } } })),
  'a label with a telling name': (text) => arrives('Pod', pod({ metadata: { ...metadata, labels: { 'db-password': text } } })),
  "a pod's annotations": (text) =>
    arrives('Pod', pod({ metadata: { ...metadata, annotations: { note: text, 'kubernetes.io/change-cause': text } } })),
  'a command and args': (text) =>
    arrives('Pod', pod({ spec: { containers: [{ name: 'c', image: 'web:1', command: ['sh', '-c', text], args: [text] }] } })),
  'a probe': (text) =>
    arrives(
      'Pod',
      pod({
        spec: {
          containers: [
            {
              ...{ name: 'c', image: 'web:1', livenessProbe: { httpGet: { path: text, host: text, port: 80 } } },
              readinessProbe: { exec: { command: ['sh', '-c', text] } },
              startupProbe: { grpc: { port: 1, service: text } },
            },
          ],
        },
      }),
    ),
  'an event': (text) =>
    arrives('Event', {
      ...{ metadata, involvedObject: { kind: 'Pod', name: 'web-1', uid: UID }, type: 'Warning', reason: text, message: text },
      action: text,
    }),
  "a node's conditions": (text) =>
    arrives('Node', {
      metadata,
      status: { conditions: [{ type: 'MemoryPressure', status: 'True', reason: text, message: text }] },
    }),
  "a Deployment's conditions": (text) => arrives('Deployment', { metadata, status: condition(text) }),
  "a workload's template": (text) =>
    arrives('ReplicaSet', {
      metadata,
      ...template({ image: text, command: ['sh', '-c', text], livenessProbe: { httpGet: { path: text } } }),
    }),
  'a checksum that is none': (text) => arrives('ReplicaSet', { metadata, ...template({}, { 'checksum/config': text }) }),
  'a change-cause': (text) =>
    arrives('Deployment', { metadata: { ...metadata, annotations: { 'kubernetes.io/change-cause': text } } }),
  'a log': (text) => ({ t: 1, type: 'log', namespace: 'shop', pod: 'web-1', uid: UID, container: 'c', text, error: text }),
  'a gap': (text) => ({ t: 1, type: 'gap', kind: 'Pod', from: 0, reason: text, open: true }),
  'what rights hide': (text) => ({ t: 1, type: 'access', hidden: [{ what: text, namespace: null, why: text }] }),
  'a marker': (text) => ({ t: 1, type: 'marker', name: text, note: text }),
};
