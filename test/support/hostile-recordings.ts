/** Recordings as nobody writes them: one that is whole, and what a seed makes of it. */

type Path = readonly (string | number)[];

const UID = '11111111-1111-1111-1111-111111111111';
const OWNER = '22222222-2222-2222-2222-222222222222';

function pod(restarts: number, finishedAt: string): object {
  const id = `containerd://c${restarts}`;
  const waiting = { reason: 'CrashLoopBackOff', message: 'back-off 40s restarting failed container=api' };
  const terminated = {
    ...{ exitCode: 1, reason: 'Error', message: 'fatal: no config', containerID: id },
    ...{ startedAt: '2026-11-22T14:57:38Z', finishedAt },
  };
  return {
    metadata: {
      ...{ name: 'api-1', namespace: 'shop', uid: UID, creationTimestamp: '2026-11-22T14:50:00Z' },
      labels: { app: 'api', 'pod-template-hash': 'abc' },
      ownerReferences: [{ kind: 'ReplicaSet', name: 'api', uid: OWNER, controller: true }],
    },
    spec: {
      ...{ nodeName: 'node-a', restartPolicy: 'Always' },
      initContainers: [{ name: 'migrate', image: 'app:1.5.0', restartPolicy: 'Always' }],
      containers: [
        {
          ...{ name: 'api', image: 'app:1.5.0', command: ['run', '--fast'], env: [{ name: 'X' }] },
          resources: { limits: { memory: '64Mi' } },
          livenessProbe: { httpGet: { path: '/', port: 80 }, periodSeconds: 5 },
          restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }],
        },
      ],
    },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'False', reason: 'x', message: 'y', lastTransitionTime: '2026-11-22T14:50:00Z' }],
      containerStatuses: [
        {
          ...{ name: 'api', ready: false, started: false, restartCount: restarts, image: 'app:1.5.0', containerID: id },
          ...{ state: { waiting }, lastState: { terminated } },
        },
      ],
    },
  };
}

function lines(): object[] {
  const template = { spec: { containers: [{ name: 'api', image: 'app:1.5.0', command: ['run'] }] } };
  const about = { kind: 'Pod', namespace: 'shop', name: 'api-1', uid: UID, fieldPath: 'spec.containers{api}' };
  return [
    {
      ...{ crashtop: 'recording', version: 1, startedAt: '2026-11-22T14:57:48.102Z', redaction: 'standard', tool: 'test' },
      source: { kind: 'cluster', context: 'prod', serverVersion: 'v1.35.4', namespaces: null, selector: null },
    },
    { t: 0, type: 'snapshot', kind: 'Pod', items: [pod(3, '2026-11-22T14:57:40Z')] },
    {
      ...{ t: 1, type: 'snapshot', kind: 'ReplicaSet' },
      items: [
        {
          metadata: { name: 'api', namespace: 'shop', uid: OWNER, annotations: { 'deployment.kubernetes.io/revision': '2' } },
          ...{ spec: { replicas: 1, template }, status: { replicas: 1, observedGeneration: 1, conditions: [] } },
        },
      ],
    },
    {
      ...{ t: 2, type: 'snapshot', kind: 'Node' },
      items: [
        {
          metadata: { name: 'node-a', uid: '33333333-3333-3333-3333-333333333333' },
          status: { conditions: [{ type: 'Ready', status: 'True' }], nodeInfo: { kubeletVersion: 'v1.35.4' } },
        },
      ],
    },
    {
      ...{ t: 10, type: 'ADDED', kind: 'Event' },
      object: {
        metadata: { name: 'e1', namespace: 'shop', uid: '44444444-4444-4444-4444-444444444444' },
        ...{ involvedObject: about, type: 'Warning', reason: 'BackOff', message: 'Back-off restarting', count: 3 },
        ...{ firstTimestamp: '2026-11-22T14:57:41Z', lastTimestamp: '2026-11-22T14:57:41Z', source: { component: 'kubelet' } },
      },
    },
    {
      ...{ t: 20, type: 'log', namespace: 'shop', pod: 'api-1', uid: UID, container: 'api', containerID: 'containerd://c3' },
      ...{ previous: true, text: 'starting\nERROR cannot read config\n', truncated: false },
    },
    { t: 30, type: 'access', hidden: [{ what: 'nodes', namespace: null, why: 'forbidden' }] },
    { t: 40, type: 'marker', name: 'rolled back', note: 'n' },
    { t: 60_000, type: 'gap', kind: 'Pod', from: 50_000, reason: 'connection reset' },
    { t: 90_000, type: 'MODIFIED', kind: 'Pod', object: pod(4, '2026-11-22T14:59:00Z') },
    { t: 120_000, type: 'MODIFIED', kind: 'Pod', object: pod(5, '2026-11-22T14:59:40Z') },
  ];
}

// Stands for what JSON.stringify cannot write: it is replaced in the text.
const DEEP = '\u2603deep';
const LEVELS = 100_000;

const VALUES: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1.5, 1e308, -1e308, 2 ** 53, -0.25, 1e15, 3_155_760_000_000],
  ...['', 'NaN', '9999-12-31T23:59:59Z', '0001-01-01T00:00:00Z', '+275760-09-13T00:00:00Z', '2026-11-22T14:57:41Z'],
  ...[
    '\ud800',
    '\udc00x',
    '\u0000\u001b[31m\u202e',
    'x'.repeat(100_000),
    'a b\n'.repeat(20_000),
    '😀'.repeat(30_000),
    '9'.repeat(5000),
  ],
  ...[
    [],
    {},
    [null],
    [[]],
    [1, 'x', {}],
    { a: { b: { c: [] } } },
    new Array(3000).fill('x'),
    new Array(500).fill({ name: 'api' }),
  ],
  ...[DEEP, JSON.parse('{"__proto__":{"name":"x"},"constructor":1,"toString":null,"hasOwnProperty":[]}')],
];

/** Whole numbers below a limit, the same ones for the same seed (mulberry32). */
export function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

function pathsIn(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  const below = Object.entries(value).flatMap(([key, item]) => pathsIn(item, [...at, Array.isArray(value) ? Number(key) : key]));
  return at.length === 0 ? below : [at, ...below];
}

type Parent = Record<string | number, unknown>;

function parentOf(root: object, path: Path): Parent {
  return path.slice(0, -1).reduce<Parent>((at, key) => at[key] as Parent, root as Parent);
}

function mutate(recording: object[], random: (below: number) => number): void {
  const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T;
  const line = pick(recording);
  const path = pick(pathsIn(line));
  const [parent, key] = [parentOf(line, path), path.at(-1) as string | number];
  switch (random(8)) {
    case 0:
      delete parent[key];
      break;
    case 1:
      recording.splice(random(recording.length), 0, structuredClone(line));
      break;
    case 2:
      parent[pick(['__proto__', 'constructor', 'toString', 'x'.repeat(5000), '\ud800', ''])] = parent[key];
      break;
    case 3:
      parent[key] = new Array(200).fill(parent[key]);
      break;
    default:
      parent[key] = pick(VALUES);
  }
}

function withText(text: string, random: (below: number) => number): string {
  const at = random(text.length);
  switch (random(12)) {
    case 0:
      return `\ufeff${text}`;
    case 1:
      return text.replaceAll('\n', '\r\n');
    case 2:
      return `${text.slice(0, at)}\0${text.slice(at)}`;
    case 3:
      return text.slice(0, at);
    case 4:
      return text.replace('"metadata":', '"metadata":{"name":1},"metadata":');
    case 5:
      return `${text.slice(0, at)}${text.slice(at + 1 + random(30))}`;
    case 6:
      return text.replace(/"restartCount":\d+/, '"restartCount":1e999');
    default:
      return text;
  }
}

/** A recording that the seed has spoiled in one to four places. */
export function hostileRecording(seed: number): string {
  const random = randomOf(seed);
  const recording = lines();
  for (let i = random(4); i >= 0; i--) mutate(recording, random);
  const text = `${recording.map((line) => JSON.stringify(line)).join('\n')}\n`;
  const deep = `${'[{"x":'.repeat(LEVELS / 2)}1${'}]'.repeat(LEVELS / 2)}`;
  return withText(text.replaceAll(`"${DEEP}"`, deep), random);
}
