import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseContext, type KubeconfigOptions } from '../../../../src/sources/kubernetes/auth/kubeconfig.ts';
import { ConnectionError } from '../../../../src/sources/kubernetes/http/connection-error.ts';
import { testCertificate } from '../../../api-server/certificate.ts';

const EXEC = 'client.authentication.k8s.io/v1';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'crashtop-kubeconfig-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

function write(name: string, text: string): string {
  const file = join(directory, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** A kubeconfig with one cluster, user and context of each of these names. */
function config(
  names: readonly string[],
  current = names[0],
  more: { cluster?: string; user?: string; context?: string } = {},
): string {
  const lines = (part: string) => names.map((n) => part.replaceAll('NAME', n)).join('\n');
  return [
    'apiVersion: v1\nkind: Config',
    current === undefined ? '' : `current-context: ${current}`,
    'clusters:',
    lines(`- {name: c-NAME, cluster: {server: "https://NAME.example.com:6443"${more.cluster ?? ''}}}`),
    'users:',
    lines(`- {name: u-NAME, user: {token: t-NAME${more.user ?? ''}}}`),
    'contexts:',
    lines(`- {name: NAME, context: {cluster: c-NAME, user: u-NAME${more.context ?? ''}}}`),
  ].join('\n');
}

function failureOf(options: Partial<KubeconfigOptions>): ConnectionError {
  try {
    chooseContext({ env: {}, ...options });
  } catch (error) {
    if (error instanceof ConnectionError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

describe('which files', () => {
  it('--kubeconfig alone, before KUBECONFIG and HOME', () => {
    const named = write('named', config(['named']));
    const env = { KUBECONFIG: write('env', config(['env'])), HOME: directory };
    write('.kube/config', config(['home']));
    expect(chooseContext({ kubeconfig: named, env }).name).toBe('named');
    expect(chooseContext({ env }).name).toBe('env');
    expect(chooseContext({ env: { HOME: directory } }).name).toBe('home');
  });

  it('several in KUBECONFIG: the first to name something wins, and those that do not exist are skipped', () => {
    const one = write('one', config(['a', 'b'], 'b', { context: ', namespace: one' }));
    const two = write('two', config(['b', 'c'], 'c', { context: ', namespace: two' }));
    const KUBECONFIG = [join(directory, 'absent'), one, '', two].join(delimiter);
    expect(chooseContext({ env: { KUBECONFIG } })).toMatchObject({ name: 'b', namespace: 'one' });
    expect(chooseContext({ env: { KUBECONFIG }, context: 'c' })).toMatchObject({ name: 'c', namespace: 'two' });
  });

  it('a pod has a service account where there is no file; elsewhere its lack is one line', () => {
    const error = failureOf({ env: { HOME: directory } });
    expect(error.exitCode).toBe(2);
    expect(error.message).toBe(
      `no kubeconfig: KUBECONFIG is not set and ${join(directory, '.kube', 'config')} does not exist; name one with --kubeconfig FILE, or look at a recording with \`crashtop demo\``,
    );
  });
});

describe('the context', () => {
  it('has the namespace default where it names none', () => {
    expect(chooseContext({ kubeconfig: write('k', config(['a'])), env: {} }).namespace).toBe('default');
  });

  it('may have no user: its cluster is trusted all the same', async () => {
    const { certificate } = await testCertificate();
    const authority = Buffer.from(certificate).toString('base64');
    const file = write(
      'k',
      `current-context: a\nclusters: [{name: c, cluster: {server: "https://a", certificate-authority-data: ${authority}}}]\ncontexts: [{name: a, context: {cluster: c}}]`,
    );
    expect(String(chooseContext({ kubeconfig: file, env: {} }).cluster.authorityData)).toBe(certificate);
  });

  it('has paths relative to its own file, and data before files', () => {
    const exec = `exec: {command: ./bin/login, apiVersion: ${EXEC}}`;
    const first = write('sub/k', config(['a'], 'a', { user: `, ${exec}` }));
    expect(chooseContext({ kubeconfig: first, env: {} }).user.exec?.command).toBe(join(directory, 'sub/bin/login'));
    const relative = write('sub/l', config(['a'], 'a', { user: ', client-certificate: absent, client-certificate-data: ""' }));
    expect(failureOf({ kubeconfig: relative }).message).toContain(join(directory, 'sub/absent'));
  });

  it('may have a server without a scheme: https where anything speaks of TLS', () => {
    const at = (server: string, more = '') =>
      write(
        'k',
        `current-context: a\nclusters: [{name: c, cluster: {server: "${server}"${more}}}]\ncontexts: [{name: a, context: {cluster: c}}]`,
      );
    const serverOf = (kubeconfig: string) => chooseContext({ kubeconfig, env: {} }).cluster.server;
    expect(serverOf(at('localhost:8080'))).toBe('http://localhost:8080');
    expect(serverOf(at('10.0.0.1:6443/', ', insecure-skip-tls-verify: true'))).toBe('https://10.0.0.1:6443');
  });
});

describe('acting as another', () => {
  const user = ', as: ann, as-groups: [dev, ops], as-uid: "7", as-user-extra: {scopes: [view]}';

  it('is what the kubeconfig says; an option replaces its own field alone', () => {
    const kubeconfig = write('k', config(['a'], 'a', { user }));
    const file = { user: 'ann', groups: ['dev', 'ops'], uid: '7', extra: { scopes: ['view'] } };
    expect(chooseContext({ kubeconfig, env: {} }).user.impersonation).toEqual(file);
    expect(chooseContext({ kubeconfig, env: {}, as: 'bob' }).user.impersonation).toEqual({ ...file, user: 'bob' });
    expect(chooseContext({ kubeconfig, env: {}, asGroups: ['x'] }).user.impersonation).toEqual({ ...file, groups: ['x'] });
  });

  it('needs a user', () => {
    const kubeconfig = write('k', config(['a']));
    expect(failureOf({ kubeconfig, asGroups: ['x'] }).message).toBe(
      '--as-group and --as-uid (as-groups, as-uid) need a user to act as; give one with --as',
    );
  });
});

describe('what is wrong is one line that names the file, the field and the fix', () => {
  it.each([
    ['a file that is missing', undefined, /the kubeconfig \S+\/k does not exist; check --kubeconfig and KUBECONFIG/],
    ['an empty file', '', /current-context is not set in \S+\/k; name one with --context: it has none/],
    ['nothing', 'null', /current-context is not set in \S+\/k; name one with --context: it has none/],
    ['no mapping', '- just\n- a list', /the kubeconfig \S+\/k is not a YAML mapping; correct the file/],
    ['broken YAML', 'a: 1\nb: [1, 2\nc: 3', /the kubeconfig \S+\/k does not parse: .* at line 3, column 1; correct the file/],
    [
      'no server',
      config(['a']).replace(/server: "[^"]*"/, ''),
      /clusters "c-a": server in \S+\/k is not set; it is the address of the API server/,
    ],
    [
      'a token that is a number',
      config(['a']).replace('t-a', '12345'),
      /users "u-a": token in \S+\/k is not text; put it in quotes/,
    ],
    [
      'a flag that is none',
      config(['a'], 'a', { cluster: ', insecure-skip-tls-verify: "yes"' }),
      /clusters "c-a": insecure-skip-tls-verify in \S+\/k is "yes"; it has to be true or false/,
    ],
    [
      'no verification, and an authority for it',
      config(['a'], 'a', { cluster: ', insecure-skip-tls-verify: true, certificate-authority-data: cnViYmlzaA==' }),
      /clusters "c-a": insecure-skip-tls-verify and certificate-authority in \S+\/k exclude each other; remove one/,
    ],
    [
      'a token file that is missing',
      config(['a'], 'a', { user: ', tokenFile: token' }),
      /users "u-a": tokenFile in \S+\/k names \S+\/token, which does not exist/,
    ],
    [
      'a certificate without its key',
      config(['a'], 'a', { user: ', client-certificate-data: cnViYmlzaA==' }),
      /users "u-a": client-certificate in \S+\/k needs a client-key; add client-key or client-key-data/,
    ],
    [
      'a plug-in without a command',
      config(['a'], 'a', { user: `, exec: {apiVersion: ${EXEC}}` }),
      /users "u-a": exec\.command in \S+\/k is not set; name the program/,
    ],
    [
      'a plug-in of a version that is gone',
      config(['a'], 'a', { user: ', exec: {command: x, apiVersion: client.authentication.k8s.io/v1alpha1}' }),
      /users "u-a": exec\.apiVersion in \S+\/k is "\S+v1alpha1"; it has to be \S+\/v1 or \S+\/v1beta1/,
    ],
    [
      'a plug-in with a mode that there is not',
      config(['a'], 'a', { user: `, exec: {command: x, apiVersion: ${EXEC}, interactiveMode: never}` }),
      /users "u-a": exec\.interactiveMode in \S+\/k is "never"; it has to be IfAvailable or Never or Always/,
    ],
    [
      'a way to log in that nobody knows',
      config(['a'], 'a', { user: ', auth-provider: {name: abacus}' }),
      /users "u-a": auth-provider in \S+\/k is "abacus"; use an exec plug-in instead/,
    ],
    [
      'no current context',
      config(['a', 'b']).replace(/current-context.*\n/, ''),
      /current-context is not set in \S+\/k; name one with --context: it has a, b/,
    ],
    [
      'a current context that is not there',
      config(['a', 'b'], 'x'),
      /current-context "x" is not a context in \S+\/k; it has a, b/,
    ],
    [
      'a cluster that is not there',
      config(['a']).replace('name: c-a', 'name: other'),
      /contexts "a": cluster "c-a" is not defined in \S+\/k/,
    ],
    [
      'a user that is not there',
      config(['a']).replace('name: u-a', 'name: other'),
      /contexts "a": user "u-a" is not defined in \S+\/k/,
    ],
    [
      'a server that is no URL',
      config(['a']).replace('https://', 'ftp://'),
      /clusters "c-a": server in \S+\/k is "ftp:.*"; it has to begin with http:\/\/ or https:\/\//,
    ],
    [
      'a proxy that is no URL',
      config(['a'], 'a', { cluster: ', proxy-url: "proxy:1"' }),
      /clusters "c-a": proxy-url in \S+\/k is "proxy:1"/,
    ],
    [
      'an authority that is missing',
      config(['a'], 'a', { cluster: ', certificate-authority: ca.crt' }),
      /clusters "c-a": certificate-authority in \S+\/k names \S+\/ca\.crt, which does not exist/,
    ],
    [
      'an authority that is none',
      config(['a'], 'a', { cluster: ', certificate-authority-data: cnViYmlzaA==' }),
      /clusters "c-a": certificate-authority in \S+\/k cannot be used: it holds no PEM block/,
    ],
    [
      'a certificate that is none',
      config(['a'], 'a', { user: ', client-certificate-data: cnViYmlzaA==, client-key-data: cnViYmlzaA==' }),
      /users "u-a": client-certificate and client-key in \S+\/k cannot be used: .*PEM/,
    ],
  ])('%s', (_, text, message) => {
    const kubeconfig = join(directory, 'k');
    if (text !== undefined) write('k', text);
    const error = failureOf({ kubeconfig });
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain('\n');
    expect(error).toMatchObject({ kind: 'configuration', exitCode: 2 });
  });

  it('a file of which nothing is used may be wrong elsewhere', () => {
    const wrong = 'clusters: [{name: x, cluster: {}}]\nusers: [{name: y, user: {token: 1}}]';
    const KUBECONFIG = [write('one', config(['a'])), write('empty', ''), write('two', wrong)].join(delimiter);
    expect(chooseContext({ env: { KUBECONFIG } }).name).toBe('a');
  });

  it('names, of several files, the one that is wrong', () => {
    const KUBECONFIG = [write('one', ''), write('two', config(['a'], 'a', { user: ', tokenFile: t' }))].join(delimiter);
    expect(failureOf({ env: { KUBECONFIG } }).message).toContain(`tokenFile in ${join(directory, 'two')} names`);
  });

  it('an unknown --context lists those that there are', () => {
    const kubeconfig = write('k', config(['prod-eu', 'staging']));
    expect(failureOf({ kubeconfig, context: 'prod' }).message).toBe(
      `--context "prod" is not a context in ${kubeconfig}; it has prod-eu, staging`,
    );
  });

  it('control characters of a name do not get through', () => {
    const kubeconfig = write('k', 'current-context: "a\\e[2J"');
    expect(failureOf({ kubeconfig }).message).toContain('"a␛[2J"');
  });
});

describe('a file without end, or that is none', () => {
  const aliases = ['a0: &a0 [x, x]', ...Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}]`)];
  const merges = ['a0: &a0 {x: 1}', ...Array.from({ length: 40 }, (_, i) => `a${i + 1}: &a${i + 1} {<<: [*a${i}, *a${i}]}`)];
  const pipe = (name: string) => {
    execFileSync('mkfifo', [join(directory, name)]);
    return join(directory, name);
  };
  it.each([
    ['a device', () => '/dev/zero', 'the kubeconfig /dev/zero is larger than 8 MiB'],
    ['a folder', () => directory, 'is a directory'],
    ['an alias bomb', () => write('k', aliases.join('\n')), /the kubeconfig \S+\/k does not parse: Excessive alias count/],
    ['a bomb of merges', () => write('k', merges.join('\n')), /the kubeconfig \S+\/k does not parse: Excessive alias count/],
    ['deep nesting', () => write('k', '['.repeat(20_000)), /the kubeconfig \S+\/k does not parse: Maximum call stack/],
    ['deep maps', () => write('k', '{a: '.repeat(20_000)), /the kubeconfig \S+\/k does not parse: Maximum call stack/],
    [
      'a token of a device',
      () => of({ user: ', tokenFile: /dev/zero' }),
      /tokenFile in \S+ names \/dev\/zero, which is larger than 4 MiB/,
    ],
    ['a token of a pipe', () => of({ user: `, tokenFile: ${pipe('p')}` }), /names \S+\/p, which is a pipe, but must be read/],
    [
      'authorities of a device',
      () => of({ cluster: ', certificate-authority: /dev/zero' }),
      /certificate-authority in \S+ names \/dev\/zero, which is larger than 4 MiB/,
    ],
    ['authorities of a folder', () => of({ cluster: ', certificate-authority: .' }), /names \S+, which is a directory/],
  ])('%s is one line that names it', (_, file, says) => {
    const error = failureOf({ kubeconfig: file(), env: {} });
    expect(error).toMatchObject({ kind: 'configuration', exitCode: 2 });
    expect(error.message).toMatch(says);
    expect(error.message).not.toContain('\n');
  });

  it('may be a pipe, as of <(kubectl config view --raw)', async () => {
    const file = pipe('p');
    const writing = execFile('sh', ['-c', `sleep 0.1; cat "${write('k', config(['a']))}" > "${file}"`]);
    expect(chooseContext({ kubeconfig: file, env: {} }).name).toBe('a');
    await once(writing, 'exit');
  });

  function of(more: { cluster?: string; user?: string }): string {
    return write('k', config(['a'], 'a', more));
  }
});
