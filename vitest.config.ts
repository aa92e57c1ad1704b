import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx}'],
    // Flows in a pty and the commands run the built program.
    globalSetup: ['test/support/build.ts'],
    setupFiles: ['test/support/properties.ts'],
    // Only what hangs ends by them: no test is to fail because the machine is busy.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // chalk and ink look for a terminal and for CI in the environment: the tests' own harness decides.
    env: { FORCE_COLOR: '0', NODE_ENV: 'test' },
  },
});
