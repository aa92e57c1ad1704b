import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/model/causes/index.ts';
import { expectStartError } from '../../support/cause-expectations.ts';
import { causeOfStart, ended, factsOf, PROCESS, said, waiting } from '../../support/cause-facts.ts';
import { examineTold } from '../../support/examined-runs.ts';

describe('starts that a runtime refuses, in its words', () => {
  it.each([
    [
      'runc, an entry point without its interpreter',
      `${PROCESS}exec /scripts/run.sh: no such file or directory: unknown`,
      'command-not-found',
      'certain',
      'cannot start: /scripts/run.sh not found',
    ],
    [
      'crun, a missing program',
      'container create failed: executable file `serve` not found in $PATH: No such file or directory',
      'command-not-found',
      'certain',
      'cannot start: serve not found',
    ],
    [
      'Docker, which escapes what it quotes',
      'OCI runtime create failed: container_linux.go:348: starting container process caused "exec: \\"serve\\": executable file not found in $PATH": unknown',
      'command-not-found',
      'certain',
      'cannot start: serve not found',
    ],
  ])('%s', (_, message, id, confidence, summary) => {
    expect(causeOfStart(message)).toMatchObject({ id, confidence, summary });
  });
});

describe('programs that cannot be run, as the log says it', () => {
  it.each([
    ['exec /scripts/run.sh: no such file or directory', 1, 'command-not-found', 'likely'],
    ['exec /scripts/run.sh: no such file or directory', 255, 'command-not-found', 'likely'],
    ['/usr/bin/env: ‘bash\\r’: No such file or directory', 127, 'command-not-found', 'likely'],
    ["env: can't execute 'bash\r': No such file or directory", 127, 'command-not-found', 'likely'],
    ['/entrypoint.sh: line 4: envsubst: command not found', 127, 'command-not-found', 'likely'],
    ['[FATAL tini (7)] exec /app/serve failed: No such file or directory', 127, 'command-not-found', 'likely'],
    ['serving\nshutting down cache\n/bin/sh: frobnicate: not found', 127, 'command-not-found', 'likely'],
    ['ERROR cache is cold\nready\n/bin/sh: frobnicate: not found', 127, 'command-not-found', 'likely'],
    // What a program returns for a reason of its own: the code alone is a hint, and a trace is none.
    ['request failed: upstream answered 503', 127, 'command-not-found', 'possible'],
    ['served 12 orders', 127, 'command-not-found', 'possible'],
  ])('%s (exit %d)', (logTail, code, id, confidence) => {
    expect(said(logTail, code)).toMatchObject({ id, confidence });
  });

  it('quote the line of the shell, not a graver one before it', () => {
    const cause = said('ERROR cache is cold\nready\n/bin/sh: frobnicate: not found', 127);
    expect(cause?.summary).toBe('exit 127: frobnicate: not found');
    expect(cause?.evidence[0]).toBe('log: "/bin/sh: frobnicate: not found"');
  });
});

describe('a start that fails', () => {
  it.each([
    [
      `${PROCESS}exec: "serve": executable file not found in $PATH: unknown`,
      'command-not-found',
      'cannot start: serve not found',
    ],
    [
      `${PROCESS}exec: "/bin/x": stat /bin/x: no such file or directory: unknown`,
      'command-not-found',
      'cannot start: /bin/x not found',
    ],
    [
      'crun: executable file `serve` not found in $PATH: No such file or directory',
      'command-not-found',
      'cannot start: serve not found',
    ],
    [
      'hcs::System::CreateProcess: The system cannot find the file specified.: unknown',
      'command-not-found',
      'cannot start: program not found',
    ],
  ])('%s', (message, id, summary) => expectStartError(message, id, summary));

  it('is what CRI-O says before there is a container', () => {
    const message = `container create failed: ${PROCESS}exec: "serve": executable file not found in $PATH`;
    const status = waiting('CreateContainerError', message);
    expect(causeOf(factsOf({ status }))).toMatchObject({
      id: 'command-not-found',
      evidence: [`waiting: CreateContainerError: ${message}`],
    });
    expect(causeOf(factsOf({ status: waiting('CreateContainerError', 'context deadline exceeded') }))).toMatchObject({
      id: 'unknown',
      summary: 'CreateContainerError: context deadline exceeded',
    });
  });

  it('is known before its end is, which goes before an older end', () => {
    const message = `${PROCESS}exec: "serve": executable file not found in $PATH: unknown`;
    const status = { ...waiting('RunContainerError', message), lastState: ended(137, 'OOMKilled') };
    expect(causeOf(factsOf({ status }))).toMatchObject({ id: 'command-not-found' });
    const other = { ...waiting('RunContainerError', 'no such device'), lastState: ended(137, 'OOMKilled') };
    expect(causeOf(factsOf({ status: other }))).toMatchObject({ id: 'unknown', summary: 'RunContainerError: no such device' });
  });
});

describe('a shell that cannot run its command', () => {
  it.each([
    [127, '/bin/sh: migrate-up: not found', 'command-not-found', 'exit 127: migrate-up: not found'],
    [127, 'sh: 1: migrate-up: not found', 'command-not-found', 'exit 127: migrate-up: not found'],
    [127, '/bin/bash: line 3: migrate-up: command not found', 'command-not-found', 'exit 127: migrate-up: command not found'],
    [127, '', 'command-not-found', 'exit 127: command not found'],
  ])('exit %d, %s', (code, logTail, id, summary) => {
    expect(causeOf(factsOf({ status: { state: ended(code) }, logTail }))).toMatchObject({ id, summary, confidence: 'likely' });
  });
});

describe('servers, wrappers and last words that say little', () => {
  examineTold([
    {
      of: 'tini, whose program is not there',
      exitCode: 127,
      log: `[WARN  tini (7)] Tini is not running as PID 1 and isn't registered as a child subreaper.
[FATAL tini (8)] exec /app/start.sh failed: No such file or directory
`,
      id: ['command-not-found'],
      says: ['/app/start.sh'],
    },
  ]);
});

describe('what the program says that it died of', () => {
  it.each([[127, 'Error', 'command-not-found']])('does not explain exit %d %s', (code, reason, id) => {
    expect(said('Error: connect ECONNREFUSED 10.88.9.9:5432', code, reason)).toMatchObject({ id });
  });
});

describe('a program that the runtime cannot execute and says so in the log', () => {
  it.each([
    [
      'exec /docker-entrypoint.sh: no such file or directory',
      255,
      'command-not-found',
      'cannot start: /docker-entrypoint.sh: no such file or directory',
    ],
    [
      'standard_init_linux.go:228: exec user process caused: no such file or directory',
      1,
      'command-not-found',
      'cannot start: program: no such file or directory',
    ],
  ])('%s', (logTail, code, id, summary) => {
    expect(said(logTail, code)).toMatchObject({ id, confidence: 'likely', summary });
  });
});
