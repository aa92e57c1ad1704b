import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { fixture } from '../../../../support/recorded.ts';

/** A body that a real API server sent, in both formats (test/fixtures/protobuf/README.md). */
export function recordedBody(name: string): { readonly protobuf: Buffer; readonly json: Buffer } {
  const read = (format: string) => gunzipSync(readFileSync(fixture(`protobuf/${name}.${format}.gz`)));
  return { protobuf: read('protobuf'), json: read('json') };
}
