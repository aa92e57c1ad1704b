import { defineConfig } from 'vitest/config';

// What these test is the built program: in a pty, as a command, installed.
const BUILT = 'test/{bin,commands,e2e,package}/**/*.test.{ts,tsx}';

// Each takes seconds of processor time by itself: proofs, and sweeps over every second or cut of a text. `npm run check` leaves them out.
const SLOW = [
  'test/diagnosis/{node-trouble,problems,acknowledgement/alerts,acknowledgement/reported-cause}.test.ts',
  'test/patterns/**/*.test.ts',
  'test/recording/{bounded-json,rotating-writer,writer,redaction/standard}.test.ts',
  'test/report/{writers,metrics/openmetrics,incident/incident,incident/incident-html}.test.ts',
  'test/session/notifier.test.ts',
  'test/sources/{history,recording,kubectl/as-people-have-it,kubectl/kubectl-output,kubectl/json-pieces}.test.ts',
  'test/sources/kubernetes/{broken-off,cluster-watch,survival,reads/config-reads}.test.ts',
  'test/timeline/{ledger-truth,node-clocks,restart-of-all}.test.ts',
  'test/ui/new-problem.test.ts',
  'test/view/detail/detail.test.ts',
];

// These replace modules, which others have loaded.
const MOCKED = [
  'test/process/debug-log.test.ts',
  'test/recording/session-history.test.ts',
  'test/session/acknowledgements-file.test.ts',
];

export default defineConfig({
  test: {
    setupFiles: ['test/support/properties.ts'],
    // Only what hangs ends by them: no test is to fail because the machine is busy.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // chalk and ink look for a terminal and for CI in the environment: the tests' own harness decides.
    env: { FORCE_COLOR: '0', NODE_ENV: 'test' },
    projects: [
      // Their tests share what one of them has loaded and folded: isolated, they take three times as long.
      {
        extends: true,
        test: { name: 'unit', include: ['test/**/*.test.{ts,tsx}'], exclude: [BUILT, ...SLOW, ...MOCKED], isolate: false },
      },
      { extends: true, test: { name: 'mocked', include: MOCKED } },
      { extends: true, test: { name: 'slow', include: SLOW } },
      // A project's setup runs where a test of it does: `npx vitest run test/model` builds nothing.
      { extends: true, test: { name: 'built', include: [BUILT], globalSetup: ['test/support/build.ts'] } },
    ],
  },
});
