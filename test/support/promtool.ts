import { spawn } from 'node:child_process';

/** What promtool, Prometheus' own tool, says; null where it is not installed (Debian: the package prometheus). */
export function promtool(args: readonly string[], input = ''): Promise<{ code: number | null; output: string } | null> {
  return new Promise((resolve) => {
    const child = spawn('promtool', args, { stdio: ['pipe', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        output += chunk;
      });
    }
    child.once('error', () => resolve(null));
    child.once('close', (code) => resolve({ code, output }));
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}
