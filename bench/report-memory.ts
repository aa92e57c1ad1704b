/**
 * Loaded into crashtop by soak.ts (NODE_OPTIONS): writes a line of figures to the file
 * CRASHTOP_MEMORY_FILE every ten seconds.
 */
import { appendFileSync } from 'node:fs';

/** A line of that file. Bytes, microseconds of CPU since the start, epoch ms. */
export interface MemorySample {
  readonly at: number;
  readonly rss: number;
  readonly heapUsed: number;
  readonly external: number;
  readonly cpu: number;
}

export const SAMPLE_EVERY_MS = 10_000;

const file = process.env.CRASHTOP_MEMORY_FILE;
if (file !== undefined) {
  setInterval(() => {
    const { rss, heapUsed, external } = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    const sample: MemorySample = { at: Date.now(), rss, heapUsed, external, cpu: user + system };
    appendFileSync(file, `${JSON.stringify(sample)}\n`);
  }, SAMPLE_EVERY_MS).unref();
}
