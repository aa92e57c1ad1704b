import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Builds dist once before all tests. */
export default function build(): void {
  execFileSync(process.execPath, [fileURLToPath(new URL('../../build/build.js', import.meta.url))], { stdio: 'inherit' });
}
