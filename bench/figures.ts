import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

/** The path of a test fixture. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`../test/fixtures/${name}`, import.meta.url));
}

/** The q-quantile (0 to 1) of ascending figures, the nearest one. NaN if there are none. */
export function quantile(ascending: readonly number[], q: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(q * ascending.length))] ?? Number.NaN;
}

/** The machine of the measurement, for the line above the figures. */
export function machine(): string {
  const cores = cpus();
  return `node ${process.version}, ${cores.length} x ${cores[0]?.model ?? 'unknown CPU'}`;
}
