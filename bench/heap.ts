/**
 * Heap after garbage collection with 10,000 quiet pods, minus that with none. Goal: under 4 kB per
 * pod. Run with --expose-gc.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { Projector } from '../src/recording/projector.ts';
import type { Json } from '../src/text/json.ts';
import { Timeline } from '../src/timeline/timeline.ts';
import { fixture, machine } from './figures.ts';

const PODS = 10_000;

interface RawPod extends Json {
  readonly metadata: { readonly name: string; readonly uid: string };
}

function quietPods(): RawPod[] {
  const lines = gunzipSync(readFileSync(fixture('recordings/zoo.ndjson.gz')))
    .toString()
    .split('\n');
  const newest = new Map<string, RawPod>();
  for (const line of lines) {
    if (!line.includes('"kind":"Pod"') || !line.includes('"name":"healthy-')) continue;
    const { kind, object } = JSON.parse(line) as { kind: string; object: RawPod };
    if (kind === 'Pod') newest.set(object.metadata.uid, object);
  }
  return [...newest.values()];
}

// Another pod for each number: values unique in a cluster must not be shared in the heap.
function numbered(pod: RawPod, number: number): string {
  const id = number.toString(16).padStart(12, '0');
  return JSON.stringify(pod)
    .replaceAll(pod.metadata.uid, `${pod.metadata.uid.slice(0, 24)}${id}`)
    .replaceAll(pod.metadata.name, `${pod.metadata.name}-${number}`)
    .replaceAll(/containerd:\/\/[0-9a-f]{12}/g, `containerd://${id}`);
}

function heap(): number {
  if (globalThis.gc === undefined) throw new Error('run with --expose-gc');
  for (let i = 0; i < 4; i++) globalThis.gc();
  return process.memoryUsage().heapUsed;
}

const pods = quietPods();
const projector = new Projector(0);
const timeline = new Timeline(0, 50_000);
const before = heap();
for (let i = 0; i < PODS; i++) {
  const object = JSON.parse(numbered(pods[i % pods.length] as RawPod, i)) as Json;
  const envelope = projector.project({ t: i, type: 'ADDED', kind: 'Pod', object }, 0);
  if (envelope !== null) timeline.append(envelope);
}
const after = heap();
console.log(machine());
console.log(
  `${timeline.head.names.size} quiet pods: ${((after - before) / 1e6).toFixed(1)} MB, ${((after - before) / PODS).toFixed(0)} bytes a pod`,
);
