import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';

// By name: what reads the API server's log comes after what fills it.
class ByName extends BaseSequencer {
  override async sort(files: Parameters<BaseSequencer['sort']>[0]): ReturnType<BaseSequencer['sort']> {
    return files.toSorted((a, b) => (a.moduleId < b.moduleId ? -1 : 1));
  }
}

/** `npm run test:cluster`: needs a real cluster (settings.ts says how it is named), and is no part of `npm test`. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/cluster/*.cluster.ts'],
    globalSetup: ['test/support/build.ts'],
    fileParallelism: false,
    sequence: { sequencer: ByName },
    // A test is a chapter of one story: the next makes no sense without it.
    bail: 1,
    testTimeout: 10 * 60_000,
    hookTimeout: 5 * 60_000,
    disableConsoleIntercept: true,
    env: { FORCE_COLOR: '0', NODE_ENV: 'test' },
  },
});
