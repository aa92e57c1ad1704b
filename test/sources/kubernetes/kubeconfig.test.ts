import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConnectionError } from '../../../src/sources/kubernetes/connection-error.ts';
import { chooseContext, type KubeconfigOptions } from '../../../src/sources/kubernetes/kubeconfig.ts';
import { testCertificate } from '../../api-server/certificate.ts';

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
    const { kubeConfig } = chooseContext({ kubeconfig: file, env: {} });
    const options: { ca?: unknown } = {};
    await kubeConfig.applyToHTTPSOptions(options);
    expect(String(options.ca)).toBe(certificate);
  });

  it('has paths relative to its own file, and data before files', () => {
    const kubeconfig = write('sub/k', config(['a'], 'a', { user: ', exec: {command: ./bin/login, apiVersion: v1}' }));
    const { kubeConfig } = chooseContext({ kubeconfig, env: {} });
    expect(kubeConfig.getCurrentUser()?.exec).toMatchObject({ command: join(directory, 'sub/bin/login') });
    const both = write('sub/l', config(['a'], 'a', { user: ', client-certificate: absent, client-certificate-data: ""' }));
    expect(failureOf({ kubeconfig: both }).message).toContain(join(directory, 'sub/absent'));
  });
});

describe('what is wrong is one line that names the file, the field and the fix', () => {
  it.each([
    ['a file that is missing', undefined, /the kubeconfig \S+\/k does not exist; check --kubeconfig and KUBECONFIG/],
    ['an empty file', '', /the kubeconfig \S+\/k does not parse: expected a document, but the input is empty; correct the file/],
    ['nothing', 'null', /the kubeconfig \S+\/k does not parse: it is empty, or no YAML mapping/],
    ['no mapping', '- just\n- a list', /current-context is not set in \S+\/k; name one with --context: it has none/],
    ['broken YAML', 'a: 1\nb: [1, 2\nc: 3', /the kubeconfig \S+\/k does not parse: .*, line 3; correct the file/],
    ['no server', 'clusters: [{name: a, cluster: {}}]', /does not parse: clusters\[0\]\.cluster\.server is missing/],
    [
      'no current context',
      config(['a', 'b']).replace(/current-context.*\n/, ''),
      /current-context is not set in \S+\/k; name one with --context: it has a, b/,
    ],
    ['a current context that is not there', config(['a', 'b'], 'x'), /current-context "x" is no context of \S+\/k; it has a, b/],
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
      /clusters "c-a": certificate-authority in \S+\/k names \S+\/ca\.crt, which cannot be read/,
    ],
    [
      'an authority that is none',
      config(['a'], 'a', { cluster: ', certificate-authority-data: cnViYmlzaA==' }),
      /clusters "c-a": certificate-authority in \S+\/k cannot be used: it holds no PEM block/,
    ],
    [
      'a certificate that is none',
      config(['a'], 'a', { user: ', client-certificate-data: cnViYmlzaA==' }),
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

  it('an unknown --context lists those that there are', () => {
    const kubeconfig = write('k', config(['prod-eu', 'staging']));
    expect(failureOf({ kubeconfig, context: 'prod' }).message).toBe(
      `--context "prod" is no context of ${kubeconfig}; it has prod-eu, staging`,
    );
  });

  it('control characters of a name do not get through', () => {
    const kubeconfig = write('k', 'current-context: "a\\e[2J"');
    expect(failureOf({ kubeconfig }).message).toContain('"a␛[2J"');
  });
});
