import { defineConfig } from 'vitest/config';

// What these test is the built program: in a pty, as a command, installed.
const BUILT = 'test/{bin,commands,e2e,package}/**/*.test.{ts,tsx}';

export default defineConfig({
  test: {
    setupFiles: ['test/support/properties.ts'],
    // Only what hangs ends by them: no test is to fail because the machine is busy.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // chalk and ink look for a terminal and for CI in the environment: the tests' own harness decides.
    env: { FORCE_COLOR: '0', NODE_ENV: 'test' },
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/**/*.test.{ts,tsx}'], exclude: [BUILT] } },
      // A project's setup runs where a test of it does: `npx vitest run test/model` builds nothing.
      { extends: true, test: { name: 'built', include: [BUILT], globalSetup: ['test/support/build.ts'] } },
    ],
  },
});
