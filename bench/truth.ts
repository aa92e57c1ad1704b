import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** When containerd started and ended each container, epoch ms, by container ID. */
export type Truth = ReadonlyMap<string, { readonly startedAt: number; readonly exitedAt: number }>;

/**
 * Containerd's account of a recording. @param file `X.truth.ndjson`; if it does not exist,
 * `X.truth.ndjson.gz`.
 */
export function readTruth(file: string): Truth {
  const byID = new Map<string, { startedAt: number; exitedAt: number }>();
  const text = existsSync(file) ? readFileSync(file, 'utf8') : gunzipSync(readFileSync(`${file}.gz`)).toString();
  for (const line of text.trim().split('\n')) {
    const run = JSON.parse(line) as { containerID: string; startedAt: string; exitedAt: string };
    byID.set(run.containerID, { startedAt: Date.parse(run.startedAt), exitedAt: Date.parse(run.exitedAt) });
  }
  return byID;
}
