import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { causeOf, LIST } from '../../../src/model/causes/index.ts';
import { backingOff, ended, endOf, event, factsOf, said, waiting } from '../../support/cause-facts.ts';

const IDS = [
  'abort',
  'app-error',
  'app-panic',
  'arithmetic-error',
  'command-not-found',
  'completed-loop',
  'connection-refused',
  'deadline-exceeded',
  'deleted',
  'device',
  'disk-full',
  'dns-failure',
  'evicted',
  'illegal-instruction',
  'image-auth',
  'image-edited',
  'image-name',
  'image-never-pull',
  'image-not-found',
  'init-failed',
  'job-backoff',
  'kubelet-restarted',
  'liveness-kill',
  'missing-configmap',
  'missing-key',
  'missing-secret',
  'node-not-ready',
  'not-executable',
  'oom-killed',
  'oom-suspected',
  'permission-denied',
  'port-in-use',
  'post-start-hook',
  'read-only-filesystem',
  'registry-unreachable',
  'rejected',
  'resized',
  'restart-rule',
  'run-as-non-root',
  'runtime-hook',
  'sandbox',
  'seccomp',
  'segfault',
  'sidecar-failed',
  'sigterm-self',
  'startup-kill',
  'tls-failure',
  'unknown',
  'unschedulable',
  'volume-mount',
  'wrong-architecture',
];

const files = (folder: string) => readdirSync(new URL(folder, import.meta.url));

describe('the list of causes', () => {
  it('has every id once, with a title, and what is not known last', () => {
    expect(LIST.map(({ id }) => id).sort()).toEqual(IDS);
    expect(LIST.at(-1)?.id).toBe('unknown');
    for (const { title } of LIST) expect(title.length).toBeGreaterThan(10);
  });

  it.each(IDS)('has a file for %s with its rule, and the test of its name', (id) => {
    expect(files('../../../src/model/causes/')).toContain(`${id}.ts`);
    expect(files('./')).toContain(`${id}.test.ts`);
  });

  it.each(LIST)('has a manual page for $id that says what it is, how it is found and what to do', ({ needs, manual }) => {
    expect(needs.length).toBeGreaterThan(0);
    for (const paragraph of manual) {
      expect(paragraph).toMatch(/^[A-Z].{40,}\.$/);
      expect(paragraph).not.toContain('\n');
    }
  });
});

describe('causeOf', () => {
  it.each(['', 'ContainerCreating', 'PodInitializing'])('is null while the container waits to be made (%s)', (reason) => {
    expect(causeOf(factsOf({ podStatus: { phase: 'Pending' }, status: waiting(reason) }))).toBeNull();
  });

  it('is null for a container that runs and never failed, or that nobody has stated yet', () => {
    expect(causeOf(factsOf({ status: { state: { running: { startedAt: '2026-11-22T15:00:00Z' } } } }))).toBeNull();
    expect(causeOf(factsOf({}))).toBeNull();
  });

  it('takes a reason that it does not know as it is', () => {
    expect(causeOf(factsOf({ status: waiting('PreCreateHookError', 'cpu manager: no cpus') }))).toMatchObject({
      id: 'unknown',
      summary: 'PreCreateHookError: no cpus',
    });
  });

  it('says that it knows of a back-off and of no end', () => {
    expect(causeOf(factsOf({ status: waiting('CrashLoopBackOff') }))).toMatchObject({
      id: 'unknown',
      summary: 'CrashLoopBackOff; its end was not seen',
    });
  });

  it.each([
    "p'; rm -rf ~ #",
    '-A',
    '--kubeconfig=/tmp/x',
    'p$(id)',
    'p\nq',
    '',
  ])('has no command for a name that Kubernetes has not: %j', (name) => {
    const cause = causeOf(factsOf({ metadata: { name }, status: waiting('InvalidImageName') }));
    expect(cause).toMatchObject({ id: 'image-name', next: [] });
  });

  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.constantFrom('\u001b[2J\r\nError: \u202ex', '{"error":"\\u001b[2J\\u0007"}', 'exec: "\n": permission denied', 'a\n\nb'),
  );
  // Words that rules look for, in any order and among anything.
  const words = fc
    .array(
      fc.oneof(
        text,
        fc.constantFrom(
          'Error: connect ECONNREFUSED ',
          '10.0.0.1:5432',
          'getaddrinfo ENOTFOUND ',
          'x509: ',
          'panic: ',
          'goroutine 1 [running]:',
        ),
        fc.constantFrom(
          '\n',
          '\t',
          ': ',
          'Traceback (most recent call last):\n  File "',
          'Permission denied',
          'EADDRINUSE: :::8080',
          'exiting',
        ),
      ),
      { maxLength: 8 },
    )
    .map((parts) => parts.join(''));
  const killing = fc.oneof(
    text,
    fc.constantFrom(
      'Container c failed liveness probe, will be restarted',
      'Container c resize requires restart',
      'Container c definition changed',
    ),
  );
  const reason = fc.oneof(
    text,
    fc.constantFrom('OOMKilled', 'Error', 'StartError', 'Completed', 'CrashLoopBackOff', 'ErrImagePull', 'ImagePullBackOff'),
    fc.constantFrom(
      'CreateContainerConfigError',
      'RunContainerError',
      'PostStartHookError',
      'InvalidImageName',
      'RestartingAllContainers',
    ),
  );
  const exitCode = fc.oneof(fc.integer({ min: -5, max: 300 }), fc.constantFrom(0, 1, 126, 127, 128, 134, 137, 139, 143, 255));
  const terminated = fc.record({ exitCode, reason, message: words, finishedAt: fc.constantFrom('2026-11-22T15:00:10Z', null) });
  const given = fc.record({
    metadata: fc.record({
      name: text,
      namespace: text,
      deletionTimestamp: fc.constantFrom('2026-11-22T15:00:05Z', null),
      ownerReferences: fc.array(fc.record({ kind: fc.constant('Job'), name: text, uid: text, controller: fc.constant(true) }), {
        maxLength: 1,
      }),
    }),
    container: fc.record({ image: text }),
    podStatus: fc.record({ phase: fc.constantFrom('Pending', 'Running', 'Failed'), reason, message: text }),
    status: fc.record({
      state: fc.oneof(fc.record({ terminated }), fc.record({ waiting: fc.record({ reason, message: text }) }), fc.constant({})),
      lastState: fc.oneof(fc.record({ terminated }), fc.constant({})),
      restartCount: fc.nat(20),
    }),
    events: fc.array(
      fc
        .tuple(
          fc.constantFrom(
            'Killing',
            'Failed',
            'FailedMount',
            'Unhealthy',
            'FailedPostStartHook',
            'SandboxChanged',
            'NetworkNotReady',
          ),
          killing,
        )
        .map(([why, message]) => event(why, message)),
      { maxLength: 3 },
    ),
    logTail: words,
    ownerEvents: fc.array(fc.constant(event('BackoffLimitExceeded', 'gave up')), { maxLength: 1 }),
    node: fc.record({
      metadata: fc.record({ name: text, uid: text }),
      status: fc.record({ conditions: fc.array(fc.record({ type: fc.constant('Ready'), status: text }), { maxLength: 1 }) }),
    }),
  });

  it('has evidence, and nothing in it that a terminal would obey or that breaks a line, whatever arrives', () => {
    fc.assert(
      fc.property(given, (any) => {
        const cause = causeOf(factsOf(any));
        if (cause === null) return;
        expect(cause.summary).not.toBe('');
        expect(cause.evidence.length).toBeGreaterThan(0);
        for (const text of cause.next) expect(text).toMatch(/^kubectl [\w .=-]+$/);
        for (const line of [cause.summary, ...cause.evidence, ...cause.next]) {
          expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}]/u);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('the log to look at', () => {
  it('is the one before only where the kubelet has it as such', () => {
    expect(causeOf(factsOf({ status: backingOff(ended(1)) }))?.next[0]).toBe('kubectl -n n logs p -c c --previous');
    // While the end is the current state, --previous would give the run before it.
    expect(endOf(1)?.next[0]).toBe('kubectl -n n logs p -c c');
  });
});

describe('the newest failure', () => {
  const earlier = [
    { state: ended(137, 'OOMKilled', { containerID: 'containerd://0', finishedAt: '2026-11-22T14:59:00Z' }), restartCount: 0 },
  ];
  const running = { state: { running: { startedAt: '2026-11-22T15:01:00Z' } }, restartCount: 2, containerID: 'containerd://2' };

  it('goes before older ones', () => {
    expect(causeOf(factsOf({ earlier, status: { ...backingOff(ended(1)), restartCount: 1 } }))).toMatchObject({
      id: 'app-error',
    });
  });

  it('stays the cause while the container runs again', () => {
    expect(causeOf(factsOf({ earlier, status: { ...running, lastState: ended(1) } }))).toMatchObject({ id: 'app-error' });
  });

  it('is remembered where the status has lost it', () => {
    expect(causeOf(factsOf({ earlier, status: running }))).toMatchObject({ id: 'oom-killed' });
  });

  it('is over once the container ended well for good', () => {
    const status = { state: ended(0, 'Completed'), restartCount: 1 };
    expect(causeOf(factsOf({ spec: { restartPolicy: 'OnFailure' }, earlier, status }))).toBeNull();
  });
});

describe('where events are hidden', () => {
  const eventsHidden = 'no right to list events';

  it.each([
    [0, {}],
    [143, {}],
    [137, {}],
  ])('no evidence of exit %d says that no event tells of something', (code, more) => {
    const container = { livenessProbe: { httpGet: { path: '/', port: 1 } } };
    const end = ended(code, code === 0 ? 'Completed' : 'Error', more);
    const evidence = causeOf(factsOf({ container, status: backingOff(end), eventsHidden }))?.evidence ?? [];
    expect(evidence).toContain('its events are hidden: no right to list events');
    expect(evidence.join('\n')).not.toMatch(/no event|is known at that time/);
  });
});

describe('words of a cause in the log of a run that ended of something else', () => {
  it.each([
    ['a warning', 'WARN permission denied: /var/cache/optional\n'],
    ['a line that says that it tries again', 'dial tcp 10.0.0.1:5432: connect: connection refused, retrying in 5s\n'],
    ['a structured warning', '{"level":"warn","msg":"lookup kafka on 10.96.0.10:53: no such host"}\n'],
  ])('make a cause possible and no more where it is %s', (_, log) => {
    expect(said(`starting\n${log}`)?.confidence).toBe('possible');
  });

  it('say nothing of a container that runs and never failed', () => {
    const running = { state: { running: { startedAt: '2026-11-22T15:00:00Z' } }, restartCount: 0 };
    const logTail = 'ERROR connect ECONNREFUSED 10.0.0.1:6379, retrying\npanic: recovered in handler\n';
    expect(causeOf(factsOf({ status: running, logTail }))).toBeNull();
  });
});
