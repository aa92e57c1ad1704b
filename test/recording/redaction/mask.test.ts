import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskCommand, maskEntry, maskText } from '../../../src/recording/redaction/mask.ts';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U';

describe('maskText', () => {
  it.each([
    ['password=hunter2', 'password=[redacted]'],
    ['DB_PASSWORD=hunter2 next', 'DB_PASSWORD=[redacted] next'],
    ['--token=not-a-real-token', '--token=[redacted]'],
    ['--token not-a-real-token --verbose', '--token [redacted] --verbose'],
    ['mysql --db-password "two words" -h db', 'mysql --db-password "[redacted]" -h db'],
    ['PGPASSWORD="two words" psql', 'PGPASSWORD="[redacted]" psql'],
    ["export API_KEY='x y'; run", "export API_KEY='[redacted]'; run"],
    ['password = hunter2', 'password = [redacted]'],
    ['secret := hunter2', 'secret := [redacted]'],
    ['{"user":"a","password":"x","n":1}', '{"user":"a","password":"[redacted]","n":1}'],
    ['{"password" : "x"}', '{"password" : "[redacted]"}'],
    ['{"access_token":12345}', '{"access_token":[redacted]}'],
    [String.raw`{"m":"{\"client_secret\":\"x\"}"}`, String.raw`{"m":"{\"client_secret\":\"[redacted]\"}"}`],
    [String.raw`{"password":"a\"b"} c`, '{"password":"[redacted]"} c'],
    ["{'apiKey': 'x'}", "{'apiKey': '[redacted]'}"],
    ['db-password: hunter2', 'db-password: [redacted]'],
    ['{User:root DBPassword:hunter2 Port:1}', '{User:root DBPassword:[redacted] Port:1}'],
    ['Authorization: Basic dXNlcjpwYXNz', 'Authorization: Basic [redacted]'],
    ['authorization: Bearer abc.def', 'authorization: Bearer [redacted]'],
    ['curl -H "Authorization: Bearer abc"', 'curl -H "Authorization: Bearer [redacted]"'],
    ['sent Bearer not-a-real-token to', 'sent Bearer [redacted] to'],
    [`got ${JWT}.`, 'got [redacted].'],
    ['key AKIAIOSFODNN7EXAMPLE used', 'key [redacted] used'],
    ['aws_secret_access_key=wJalrXUtnFEMI/K7MDENG', 'aws_secret_access_key=[redacted]'],
    ['postgres://app:not-a-real-password@10.0.0.1:5432/db', 'postgres://[redacted]@10.0.0.1:5432/db'],
    ['redis://:p%40ss@cache', 'redis://[redacted]@cache'],
    ['https://ghp_abcdefghijklmnopqrstuvwxyz0123456789@github.com/x', 'https://[redacted]@github.com/x'],
    ['curl -u admin:hunter2 http://x', 'curl -u [redacted] http://x'],
    ['Set-Cookie: session=abc; Path=/', 'Set-Cookie: [redacted]'],
    ['GET /?sig=1&X-Amz-Signature=abc HTTP', 'GET /?sig=1&X-Amz-Signature=[redacted] HTTP'],
    ['a\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nb', 'a\n[redacted]\nb'],
    ['a\n-----BEGIN PRIVATE KEY-----\nMIIE', 'a\n[redacted]'],
    ['MIIE\nabcd\n-----END EC PRIVATE KEY-----\nb', '[redacted]\nb'],
  ])('masks the secret in %s', (text, masked) => {
    expect(maskText(text)).toBe(masked);
  });

  it.each([
    'back-off 5m0s restarting failed container=token-svc pod=token-svc-7c_auth(0b1d-4c)',
    'Back-off pulling image "registry.example.com/auth/token-service:1.4.2"',
    'Failed to pull image "token-service:1.4": rpc error: code = NotFound desc = failed to pull and unpack image',
    "couldn't find key api-key in Secret shop/catalog-keys",
    'MountVolume.SetUp failed for volume "v" : secret "tls-cert" not found',
    'MountVolume.SetUp failed for volume "db-credentials" : secret "db-credentials" not found',
    'MountVolume.SetUp failed for volume "x" : references non-existent secret key: tls.crt',
    'unmounted volumes=[default-token-xyz], unattached volumes=[kube-api-access-1 default-token-xyz]: timed out waiting',
    'serviceaccount "token-reviewer": not found',
    'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
    'failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://r.example/token?scope=x: 403 Forbidden',
    'failed to fetch oauth token: Post "https://auth.example/token": dial tcp: lookup auth.example: no such host',
    'unable to retrieve auth token: invalid username/password: unauthorized: incorrect username or password',
    'secrets "x" is forbidden: User "system:serviceaccount:a:b" cannot get resource "secrets" in API group ""',
    'KeyError: DATABASE_URL',
    'panic: config key upstreams.timeout: want duration, got "30"',
    'Error: connect ECONNREFUSED 10.88.9.9:5432',
    'open /var/run/secrets/kubernetes.io/serviceaccount/token: permission denied',
    'if token == nil { return }',
    'https://registry.example.com:5000/v2/app/manifests/1.2',
  ])('leaves Kubernetes its words: %s', (text) => {
    expect(maskText(text)).toBe(text);
  });

  it('takes a word behind a quoted value for a part of it, as a shell does', () => {
    expect(maskText("password=Bearer ''hunter2 next")).toBe("password=Bearer ''[redacted] next");
    expect(maskText('password=""hunter2, next')).toBe('password=""[redacted], next');
    expect(maskText('{"password":"hunter2","next":1}')).toBe('{"password":"[redacted]","next":1}');
  });

  it('changes nothing the second time', () => {
    const part = fc.oneof(
      fc.constantFrom(
        'password',
        'token',
        '--secret',
        'Authorization',
        'api_key',
        '=',
        ': ',
        ':',
        ' ',
        '"',
        "'",
        '\\',
        '\n',
        'Bearer ',
        'x',
      ),
      fc.constantFrom(
        '://',
        'a:b@',
        '@',
        'eyJhbGciOi.eyJhbGciOi',
        '-----BEGIN PRIVATE KEY-----',
        '-----END PRIVATE KEY-----',
        '[redacted]',
      ),
      fc.string({ maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 14 }), (parts) => {
        const once = maskText(parts.join(''));
        expect(maskText(once)).toBe(once);
      }),
      { numRuns: 5000 },
    );
  });

  it('masks a value under a secret name whatever stands around it', () => {
    const value = fc.stringMatching(/^[A-Za-z0-9+/_.-]{6,20}$/).map((s) => `Zq9${s}`);
    const around = fc.string({ maxLength: 20 }).map((s) => s.replaceAll(/["'\\]/g, ''));
    const key = fc.constantFrom(
      'password',
      'DB_PASSWD',
      'client-secret',
      'accessToken',
      'api_key',
      'AWS_SECRET_ACCESS_KEY',
      'privateKey',
      'credentials',
    );
    const form = fc.constantFrom<(k: string, v: string) => string>(
      (k, v) => `${k}=${v}`,
      (k, v) => `--${k} ${v}`,
      (k, v) => `"${k}":"${v}"`,
      (k, v) => `"${k}": "${v}"`,
      (k, v) => `${k}: "${v}"`,
      (k, v) => `${k}: ${v}`,
    );
    fc.assert(
      fc.property(around, key, value, form, around, (before, k, v, make, after) => {
        expect(maskText(`${before} ${make(k, v)} ${after}`)).not.toContain(v);
      }),
      { numRuns: 3000 },
    );
  });

  // Quadratic time would take minutes here, and fail by the runner's limit.
  it.each([
    'password',
    'password:',
    'a',
    'eyJ',
    '-eyJaaaaaaaa',
    '-----BEGIN ',
    '--token',
    'https://a',
    '\\',
    'password"\\',
    'token=',
    '_a',
    ' ',
  ])('comes through a megabyte of %j', (unit) => {
    const text = unit.repeat(Math.ceil(1e6 / unit.length));
    expect(maskText(text).length).toBeGreaterThan(0);
  });
});

describe('maskCommand', () => {
  it('masks the word behind a secret flag, and secrets in a script', () => {
    expect(maskCommand(['/app', '--password', 'hunter2', '-v'])).toEqual(['/app', '--password', '[redacted]', '-v']);
    expect(maskCommand(['sh', '-c', 'TOKEN=abc run'])).toEqual(['sh', '-c', 'TOKEN=[redacted] run']);
  });
});

describe('maskEntry', () => {
  it('masks the whole value under a secret name', () => {
    expect(maskEntry('example.com/token', 'two words')).toBe('[redacted]');
    expect(maskEntry('app', 'web')).toBe('web');
  });
});
