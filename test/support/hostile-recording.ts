import type { RecordingLine } from '../../src/recording/line.ts';
import { Projector } from '../../src/recording/projector.ts';
import { redactLine } from '../../src/recording/redaction/standard.ts';
import type { Json } from '../../src/text/json.ts';
import type { Envelope, SourceInfo } from '../../src/timeline/envelope.ts';
import { Timeline } from '../../src/timeline/timeline.ts';

/** When the recording begins and ends, epoch ms. */
export const STARTED_AT = Date.parse('2026-11-22T15:00:00Z');
export const ENDED_AT = STARTED_AT + 300_000;

const stamp = (t: number) => `${new Date(STARTED_AT + t).toISOString().slice(0, 19)}Z`;

/**
 * Five minutes of a cluster in which each string that an object, a log, a marker or a header can hold is, or ends in, the text:
 * names, images, reasons, messages, notes. What enumerations and times are, they stay.
 */
export function hostileLines(text: string): RecordingLine[] {
  const pods = (attempt: number) => [
    crashing(text, attempt),
    waiting(text, 'image', 'ErrImagePull', `failed to pull and unpack image: not found: ${text}`),
    waiting(text, 'config', 'CreateContainerConfigError', `secret "tls" not found: ${text}`),
    waiting(text, 'odd', text, text),
  ];
  const lines: RecordingLine[] = [
    { type: 'access', t: 0, hidden: [{ what: 'nodes', namespace: text, why: text }] },
    { type: 'snapshot', kind: 'Deployment', t: 0, items: [deployment(text)] },
  ];
  for (let attempt = 0; attempt < 4; attempt++) {
    const t = attempt * 60_000 + 5000;
    lines.push({ type: 'snapshot', kind: 'Pod', t, items: pods(attempt) } as RecordingLine);
    const about = { namespace: 'shop', pod: `${text}-api`, uid: 'uid-crash', container: `${text}-app` };
    const log = `starting\n${text}\nError: ${text} failed\n${text}`;
    lines.push({ type: 'log', t, ...about, containerID: `containerd://${attempt}`, text: log });
  }
  for (const [i, pod] of ['crash', 'image', 'config', 'odd'].entries()) lines.push(event(text, pod, i));
  lines.push({ type: 'marker', t: 280_000, name: text, note: text });
  lines.push({ type: 'gap', kind: 'Pod', t: 290_000, from: 285_000, reason: text, resumed: true });
  return lines;
}

/** What is told of where that was recorded. */
export function hostileSource(text: string): SourceInfo {
  const projected = new Projector(0).project({ type: 'marker', t: 0, name: text, note: '' }, 1);
  const safe = projected?.type === 'marker' ? projected.name : '';
  return { kind: 'recording', name: safe, context: safe, serverVersion: safe, namespaces: [safe], selector: safe };
}

/** The envelopes of lines, redacted as they are where they are written, and their timeline. */
export function timelineOf(lines: readonly RecordingLine[]): { timeline: Timeline; envelopes: readonly Envelope[] } {
  const timeline = new Timeline(STARTED_AT);
  const projector = new Projector(STARTED_AT);
  const envelopes = lines.flatMap((line, i) => {
    const redacted = redactLine(line);
    const envelope = redacted === null ? null : projector.project(redacted, i + 2);
    return envelope === null ? [] : [envelope];
  });
  for (const envelope of envelopes) timeline.append(envelope);
  timeline.close(ENDED_AT);
  return { timeline, envelopes };
}

function podOf(text: string, name: string, status: object, extra: object = {}): Json {
  return {
    metadata: {
      name: `${text}-${name}`,
      namespace: 'shop',
      uid: `uid-${name}`,
      creationTimestamp: stamp(0),
      labels: { app: text },
      annotations: { 'checksum/config': text, note: text },
      ...extra,
    },
    spec: {
      nodeName: `${text}-node`,
      restartPolicy: 'Always',
      containers: [
        {
          name: `${text}-app`,
          image: `registry.example.com/${text}`,
          command: [text],
          args: [`--config=${text}`],
          env: [{ name: text, value: text }],
          volumeMounts: [{ name: text, mountPath: `/${text}` }],
        },
      ],
      volumes: [{ name: text, secret: { secretName: text } }],
    },
    status: { phase: 'Running', reason: '', message: text, ...status },
  };
}

function crashing(text: string, attempt: number): Json {
  const ended = (n: number) => ({
    containerID: `containerd://${n}`,
    exitCode: 1,
    reason: `Error${text}`,
    message: `fatal: ${text}\n${text}`,
    startedAt: stamp(n * 60_000),
    finishedAt: stamp(n * 60_000 + 4000),
  });
  const status = {
    name: `${text}-app`,
    restartCount: attempt,
    containerID: `containerd://${attempt}`,
    image: `registry.example.com/${text}`,
    imageID: `sha256:${text}`,
    state: { terminated: ended(attempt) },
    lastState: attempt === 0 ? {} : { terminated: ended(attempt - 1) },
  };
  const owner = [{ kind: 'ReplicaSet', name: `${text}-rs`, uid: 'uid-rs', controller: true, apiVersion: 'apps/v1' }];
  return podOf(text, 'api', { containerStatuses: [status], conditions: [] }, { uid: 'uid-crash', ownerReferences: owner });
}

function waiting(text: string, name: string, reason: string, message: string): Json {
  const status = {
    ...{ name: `${text}-app`, restartCount: 0, image: `registry.example.com/${text}` },
    ...{ state: { waiting: { reason, message } }, lastState: {} },
  };
  return podOf(text, name, { phase: 'Pending', containerStatuses: [status] });
}

function deployment(text: string): Json {
  const failed = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: text };
  return {
    metadata: { name: `${text}-web`, namespace: 'shop', uid: 'uid-web', generation: 2, creationTimestamp: stamp(-600_000) },
    spec: { replicas: 2, selector: { matchLabels: { app: text } } },
    status: {
      ...{ observedGeneration: 2, replicas: 2, updatedReplicas: 1, readyReplicas: 0, availableReplicas: 0 },
      conditions: [{ ...failed, lastTransitionTime: stamp(-60_000), lastUpdateTime: stamp(-60_000) }],
    },
  };
}

function event(text: string, pod: string, i: number): RecordingLine {
  const involved = {
    kind: 'Pod',
    namespace: 'shop',
    name: `${text}-${pod}`,
    uid: `uid-${pod}`,
    fieldPath: `spec.containers{${text}-app}`,
  };
  const object = {
    metadata: { name: `event-${i}`, namespace: 'shop', uid: `event-${i}`, creationTimestamp: stamp(200_000) },
    ...{ type: 'Warning', reason: `Failed${text}`, message: `it failed: ${text}`, count: 2 },
    ...{ firstTimestamp: stamp(100_000), lastTimestamp: stamp(200_000), involvedObject: involved },
    source: { component: `kubelet${text}`, host: `${text}-node` },
  };
  return { type: 'ADDED', kind: 'Event', t: 270_000 + i, object };
}
