/**
 * From a change to the output: a screen of 50 rows of which 3 change, in a production bundle. Goal:
 * p50 under 15 ms, p95 under 25 ms. `node bench/paint.ts [KEY...]` presses keys before, named as in
 * `crashtop shot --keys`: `2` opens the Runs tab.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from '../build/build.js';

// In the project's folder, so that packages are found.
const folder = mkdtempSync(fileURLToPath(new URL('../dist.bench-', import.meta.url)));
try {
  await bundle({ paint: fileURLToPath(new URL('paint-app.ts', import.meta.url)) }, folder);
  execFileSync(process.execPath, [join(folder, 'paint.js'), ...process.argv.slice(2)], { stdio: 'inherit' });
} finally {
  rmSync(folder, { recursive: true });
}
