import { describe, expect, it } from 'vitest';
import { maskCommand, maskText } from '../../../src/recording/redaction/mask.ts';
import { rawLinesOf } from '../../support/recordings.ts';
import { harmlessTexts, secretTexts } from './masking-corpus.ts';

const SEEDS = [0, 1, 2, 3, 4];

describe('what real software writes', () => {
  it.each(SEEDS)('shows none of its secrets, and changes nothing when it is masked again (seed %i)', (seed) => {
    const texts = [...secretTexts(seed, false), ...secretTexts(seed, true)];
    expect(texts.length).toBeGreaterThan(190);
    const leaks = texts.filter(({ text, secrets }) => secrets.some((secret) => maskText(text).includes(secret)));
    expect(leaks.map(({ name }) => name)).toEqual([]);
    const unstable = texts.filter(({ text }) => maskText(maskText(text)) !== maskText(text));
    expect(unstable.map(({ name }) => name)).toEqual([]);
  });

  it('stays as it is where it only looks like a secret', () => {
    const texts = [...harmlessTexts(false), ...harmlessTexts(true)];
    expect(texts.length).toBeGreaterThan(190);
    expect(texts.filter((text) => maskText(text) !== text)).toEqual([]);
  });

  it.each(['zoo', 'zoo-1.33'] as const)('stays as it is in the recorded logs of %s', async (zoo) => {
    const { lines } = await rawLinesOf(zoo);
    const logs = new Set(lines.flatMap(({ line }) => (line.type === 'log' ? (line.text ?? '').split('\n') : [])));
    expect(logs.size).toBeGreaterThan(100);
    expect([...logs].filter((text) => maskText(text) !== text)).toEqual([]);
  });
});

describe('a secret that was written over two lines', () => {
  it.each([
    ['token=ghp_aB3dE6gH9jK2\nmN5pQ8sT1vW4yZ7bC0 next', ['ghp_aB3dE6gH9jK2', 'mN5pQ8sT1vW4yZ7bC0']],
    ['Authorization: Bearer\n  aB3dE6gH9jK2mN5pQ8sT', ['aB3dE6gH9jK2mN5pQ8sT']],
    ['password:\n  Xq7hunter2', ['Xq7hunter2']],
    ['--password \\\n  Xq7hunter2', ['Xq7hunter2']],
    ['{"password":\n"Xq7hunter2"}', ['Xq7hunter2']],
  ])('%j', (text, secrets) => {
    const masked = maskText(text);
    expect(secrets.filter((secret) => masked.includes(secret))).toEqual([]);
    expect(maskText(masked)).toBe(masked);
  });
});

describe('masked text', () => {
  // The name and what kind of thing it was stay.
  it.each([
    ['curl -u admin:Xq7hunter2 https://x', 'curl -u [redacted] https://x'],
    ['password: |\n  Xq7hunter2\nuser: x', 'password: |\n  [redacted]\nuser: x'],
    ['host=db password=Xq7hunter2 dbname=app', 'host=db password=[redacted] dbname=app'],
    ['app:Xq7hunter2@tcp(db:3306)/app', 'app:[redacted]@tcp(db:3306)/app'],
    ['Server=db;Uid=sa;Pwd=Xq7 hunter2;Encrypt=yes', 'Server=db;Uid=sa;Pwd=[redacted];Encrypt=yes'],
    ['<password>Xq7hunter2</password>', '<password>[redacted]</password>'],
    [
      String.raw`{"log":"{\"password\":\"Xq7hunter2\",\"n\":1}\n"}`,
      String.raw`{"log":"{\"password\":\"[redacted]\",\"n\":1}\n"}`,
    ],
    [
      '\u001b[32mpassword\u001b[0m=\u001b[33mXq7hunter2\u001b[0m x',
      '\u001b[32mpassword\u001b[0m=\u001b[33m[redacted]\u001b[0m x',
    ],
    ['user=a&password=Xq7hunter2&x=1', 'user=a&password=[redacted]&x=1'],
  ])('keeps what is no secret: %j', (text, masked) => {
    expect(maskText(text)).toBe(masked);
  });

  it('knows a secret in a command by its place', () => {
    expect(maskCommand(['mysql', '-uroot', '-pXq7hunter2', 'app'])).toEqual(['mysql', '-uroot', '-p[redacted]', 'app']);
    expect(maskCommand(['redis-cli', '-a', 'Xq7hunter2', 'ping'])).toEqual(['redis-cli', '-a', '[redacted]', 'ping']);
    expect(maskCommand(['app', '--password', 'two words', '--port', '80'])).toEqual([
      'app',
      '--password',
      '[redacted]',
      '--port',
      '80',
    ]);
  });
});
