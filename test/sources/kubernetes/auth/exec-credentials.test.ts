import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ExecCredentials, type PlugInSurroundings } from '../../../../src/sources/kubernetes/auth/exec-credentials.ts';
import { readExecPlugIn } from '../../../../src/sources/kubernetes/auth/exec-plug-in.ts';
import { ConnectionError } from '../../../../src/sources/kubernetes/http/connection-error.ts';
import { ManualTime } from '../../../support/manual-time.ts';
import { eventually } from '../../../support/real-time.ts';

const V1 = 'client.authentication.k8s.io/v1';
const NOW = Date.parse('2026-11-22T15:00:00Z');

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'crashtop-exec-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

/** A shell script that counts its starts in the file `count`, and keeps what it was told in `info`. */
function script(body: string): string {
  const file = join(directory, 'login');
  const start = `#!/bin/sh\ncd '${directory}'\necho x >> count\nprintf '%s' "$KUBERNETES_EXEC_INFO" > info\n`;
  writeFileSync(file, `${start}${body}\n`);
  chmodSync(file, 0o755);
  return file;
}

const printing = (credential: unknown) => script(`cat <<'EOT'\n${JSON.stringify(credential)}\nEOT`);
const credential = (status: object) => ({ apiVersion: V1, kind: 'ExecCredential', status });
const starts = () => (existsSync(join(directory, 'count')) ? readFileSync(join(directory, 'count'), 'utf8').length / 2 : 0);
const told = () => JSON.parse(readFileSync(join(directory, 'info'), 'utf8')) as Record<string, unknown>;

function plugIn(command: string, more: object = {}, surroundings: Partial<PlugInSurroundings> = {}): ExecCredentials {
  const exec = readExecPlugIn({ name: 'ann', body: { exec: { command, apiVersion: V1, ...more } }, file: '/k' });
  if (exec === null) throw new Error('it has no plug-in');
  const env = { PATH: process.env.PATH };
  return new ExecCredentials(exec, { env, clock: { now: () => NOW }, mayAsk: () => false, cluster: () => ({}), ...surroundings });
}

async function failureOf(promise: Promise<unknown>): Promise<ConnectionError> {
  const error = await promise.then(
    () => null,
    (e: unknown) => e,
  );
  if (error instanceof ConnectionError) return error;
  throw new Error(`it did not fail with a ConnectionError but with ${String(error)}`);
}

describe('what it gives', () => {
  it('is kept until it expires, and then given anew', async () => {
    let now = NOW;
    const command = printing(credential({ token: 'T', expirationTimestamp: '2026-11-22T15:00:20Z' }));
    const exec = plugIn(command, {}, { clock: { now: () => now } });
    expect(await exec.get()).toEqual({ token: 'T', certificate: '', key: '' });
    now = NOW + 19_999;
    await exec.get();
    expect(starts()).toBe(1);
    now = NOW + 20_000;
    await exec.get();
    expect(starts()).toBe(2);
  });

  it('is kept for ever where it says nothing of an end, until it is refused; by one run for all who ask', async () => {
    const exec = plugIn(printing(credential({ token: 'T' })), {}, { clock: { now: () => Number.MAX_SAFE_INTEGER } });
    const [first, second] = await Promise.all([exec.get(), exec.get()]);
    await exec.get();
    expect(starts()).toBe(1);
    exec.refuse(first);
    const next = await exec.get();
    // Who was slower to be refused does not throw away what has come since.
    exec.refuse(second);
    expect(await exec.get()).toBe(next);
    expect(starts()).toBe(2);
  });

  it('may be a certificate with its key', async () => {
    const exec = plugIn(printing(credential({ clientCertificateData: 'C', clientKeyData: 'K' })));
    expect(await exec.get()).toEqual({ token: '', certificate: 'C', key: 'K' });
  });
});

describe('what it is told', () => {
  it('its arguments, variables, version and that nobody can answer; of the cluster nothing unless it asks', async () => {
    const exec = plugIn(
      script(`printf '{"apiVersion":"%s","kind":"ExecCredential","status":{"token":"%s"}}' "${V1}" "$1 $WHO $HOME"`),
      { args: ['a b'], env: [{ name: 'WHO', value: 'ann' }] },
      { env: { PATH: process.env.PATH, HOME: '/home/ann', WHO: 'bob' } },
    );
    expect((await exec.get()).token).toBe('a b ann /home/ann');
    expect(told()).toEqual({ kind: 'ExecCredential', apiVersion: V1, spec: { interactive: false } });
  });

  it('the cluster, where it asks for it', async () => {
    const cluster = { server: 'https://a', config: { audience: 'x' } };
    await plugIn(printing(credential({ token: 'T' })), { provideClusterInfo: true }, { cluster: () => cluster }).get();
    expect(told()).toMatchObject({ spec: { cluster, interactive: false } });
  });

  it.each([
    ['IfAvailable', true, true],
    ['IfAvailable', false, false],
    ['Never', true, false],
    ['Always', true, true],
    [undefined, true, true],
  ])('interactiveMode %s, where a person can be asked: %s', async (interactiveMode, mayAsk, interactive) => {
    const command = printing(credential({ token: 'T' }));
    await plugIn(command, { interactiveMode }, { mayAsk: () => mayAsk }).get();
    expect(told()).toMatchObject({ spec: { interactive } });
  });
});

describe('what is wrong is one line that names the plug-in, the user, the file and the fix', () => {
  it.each([
    ['no JSON', () => script('echo hello'), {}, 'did not print JSON; run it by hand, or log in again'],
    ['something else', () => printing({ kind: 'Pod' }), {}, 'did not print an ExecCredential; run it by hand, or log in again'],
    [
      'another version',
      () => printing({ ...credential({ token: 'T' }), apiVersion: 'client.authentication.k8s.io/v1beta1' }),
      {},
      `answered in client.authentication.k8s.io/v1beta1; set its exec.apiVersion, which is ${V1}, to that`,
    ],
    ['nothing', () => printing(credential({})), {}, 'gave neither a token nor a certificate; run it'],
    [
      'half',
      () => printing(credential({ clientKeyData: 'K' })),
      {},
      'gave a certificate without its key, or a key without its certificate; run it',
    ],
    [
      'a failure',
      () => script("printf 'Your session\\nis \\033[1mover\\n' >&2; exit 4"),
      {},
      'failed with exit code 4: Your session is ␛[1mover; run it by hand, or log in again',
    ],
    [
      'a failure that tells a secret',
      () => script("echo 'no entry for password=hunter2hunter2' >&2; exit 1"),
      {},
      'failed with exit code 1: no entry for password=[redacted]; run it by hand',
    ],
    ['words without end', () => script('yes x; true'), {}, 'printed more than 1 MiB; run it by hand, or log in again'],
    [
      'complaints without end',
      () => script('head -c 3000000 /dev/zero | tr "\\0" x >&2; exit 1'),
      {},
      `failed with exit code 1: …${'x'.repeat(300)}; run it by hand`,
    ],
    [
      'what is no UTF-8',
      () => script("printf '\\377\\376' >&2; printf '\\377'; exit 1"),
      {},
      'failed with exit code 1: \ufffd\ufffd; run it by hand',
    ],
    ['a silent failure', () => script('exit 1'), {}, 'failed with exit code 1; run it by hand'],
    ['a signal', () => script('kill -9 $$'), {}, 'was ended by SIGKILL; run it by hand'],
    ['no such file', () => join(directory, 'absent'), {}, 'does not exist; install it, or correct exec.command'],
    [
      'no such program',
      () => 'crashtop-no-such-login',
      { installHint: 'Get it with:\n\n  brew install login\n' },
      'is not in PATH; Get it with: brew install login',
    ],
    [
      'no program',
      () => {
        chmodSync(script(''), 0o644);
        return join(directory, 'login');
      },
      {},
      'is not executable; make it executable',
    ],
    [
      'nobody to ask',
      () => script(''),
      { interactiveMode: 'Always' },
      'needs to ask you, but there is no terminal for it now; start crashtop again on a terminal',
    ],
  ])('%s', async (_, command, more, words) => {
    const name = command();
    const error = await failureOf(plugIn(name, more).get());
    expect(error).toMatchObject({ kind: 'credentials', exitCode: 3 });
    expect(error.message).toContain(`cannot log in: the exec plug-in "${name}" of users "ann" in /k ${words}`);
    expect(error.message).not.toContain('\n');
  });

  it('a failure is not kept', async () => {
    const exec = plugIn(script('[ -e ok ] || exit 1; cat ok'));
    await failureOf(exec.get());
    writeFileSync(join(directory, 'ok'), JSON.stringify(credential({ token: 'T' })));
    expect((await exec.get()).token).toBe('T');
  });
});

it('an exec plug-in is ended when the connection is', async () => {
  const exec = plugIn(script('exec sleep 600'));
  const asked = failureOf(exec.get());
  await eventually(() => expect(starts()).toBe(1));
  exec.close();
  expect((await asked).kind).toBe('credentials');
});

it('a connection ends a plug-in that does not end, listens to no signal, and has started others', async () => {
  const time = new ManualTime(NOW);
  const exec = plugIn(script("trap '' TERM; sleep 60 & sleep 60"), {}, { timers: time });
  const failing = failureOf(exec.get());
  await eventually(() => expect(starts()).toBe(1));
  expect(time.waits).toEqual([60_000]);
  time.advance(60_000);
  expect((await failing).message).toContain('did not end within 60 s; run it by hand');
});
