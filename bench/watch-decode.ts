/**
 * The bodies of one watch of pods as an API server sent it in JSON and in protobuf, over and over:
 * bytes and time to decode an event.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { watchDecoder } from '../src/sources/kubernetes/watch/watch-decoder.ts';
import { fixture, machine, quantile } from './figures.ts';

const EVENTS = 10_000;
const ROUNDS = 9;
// The size of TLS chunks.
const CHUNK_BYTES = 16 * 1024;

function decodeAll(body: Buffer, isProtobuf: boolean): number {
  const decoder = watchDecoder(isProtobuf);
  let events = 0;
  for (let from = 0; from < body.length; from += CHUNK_BYTES)
    for (const _event of decoder.push(body.subarray(from, from + CHUNK_BYTES))) events++;
  return events;
}

console.log(machine());
const bodies = (['json', 'protobuf'] as const).map((format) => {
  const once = gunzipSync(readFileSync(fixture(`protobuf/pods.watch.${format}.gz`)));
  const events = decodeAll(once, format === 'protobuf');
  const times = Math.ceil(EVENTS / events);
  return { format, events: events * times, body: Buffer.concat(Array.from({ length: times }, () => once)), took: [] as number[] };
});
// In turns: a machine that slows down does so for both.
for (let round = 0; round < ROUNDS; round++) {
  for (const { format, body, took } of bodies) {
    const begun = performance.now();
    decodeAll(body, format === 'protobuf');
    took.push(performance.now() - begun);
  }
}
for (const { format, events, body, took } of bodies) {
  took.sort((a, b) => a - b);
  const median = quantile(took, 0.5);
  console.log(
    `${format.padEnd(8)}  ${(body.length / events).toFixed(0)} bytes, ${((median / events) * 1000).toFixed(1)} µs an event (median of ${ROUNDS})`,
  );
}
