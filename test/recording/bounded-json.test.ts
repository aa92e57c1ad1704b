import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundedJson, type CutTally, describeCut } from '../../src/recording/bounded-json.ts';
import { Projector } from '../../src/recording/projector.ts';
import { maskText } from '../../src/recording/redaction/mask.ts';
import { redactLine, redactObject } from '../../src/recording/redaction/standard.ts';
import type { Json } from '../../src/text/json.ts';
import { DEPTH_BOUND, OBJECT_BOUND, TEXT_BOUNDS } from '../../src/text/text-bounds.ts';
import { fixture } from '../support/recorded.ts';

const line = (fields: Json): Json => ({ t: 0, type: 'MODIFIED', kind: 'Pod', ...fields });

function textsIn(value: unknown, found: string[] = []): string[] {
  if (typeof value === 'string') found.push(value);
  else if (typeof value === 'object' && value !== null) for (const below of Object.values(value)) textsIn(below, found);
  return found;
}

describe('what enters is bounded', () => {
  it('shares every line of a real recording: nothing honest is cut', () => {
    const lines = gunzipSync(readFileSync(fixture('recordings/zoo.ndjson.gz')))
      .toString()
      .trim()
      .split('\n');
    expect(lines.length).toBeGreaterThan(1000);
    for (const text of lines) {
      const one = JSON.parse(text) as Json;
      expect(boundedJson(one)).toBe(one);
    }
  });

  it.each([
    ['a name', { object: { metadata: { name: 'x'.repeat(20_000) } } }, TEXT_BOUNDS.name],
    ['a label', { object: { metadata: { labels: { app: 'x'.repeat(20_000) } } } }, TEXT_BOUNDS.labelValue],
    ['an image', { object: { spec: { containers: [{ image: 'x'.repeat(20_000) }] } } }, TEXT_BOUNDS.image],
    ['a reason', { object: { status: { reason: 'x'.repeat(20_000) } } }, TEXT_BOUNDS.reason],
    ['a namespace in a list', { source: { namespaces: ['x'.repeat(20_000)] } }, TEXT_BOUNDS.name],
    ['a termination message', { object: { terminated: { message: 'x'.repeat(20_000) } } }, TEXT_BOUNDS.termination],
    ['a message', { object: { message: 'x'.repeat(200_000) } }, TEXT_BOUNDS.text],
    ['what has no bound in the API', { object: { whatever: ['x'.repeat(200_000)] } }, TEXT_BOUNDS.text],
  ])('%s is cut to its bound and says how much is gone', (_what, fields, bound) => {
    const longest = textsIn(boundedJson(line(fields))).find((text) => text.startsWith('xx')) as string;
    expect(longest.length).toBeLessThanOrEqual(bound);
    expect(longest.length).toBeGreaterThan(bound - 40);
    expect(longest).toMatch(/x … \d+(?:\.\d)? kB more$/);
  });

  it('keeps the end of a log and says that there was more before it', () => {
    const text = `${'x'.repeat(TEXT_BOUNDS.log)}\nfatal: the last words`;
    const cut = boundedJson({ t: 0, type: 'log', text, truncated: false });
    expect(cut.text).toMatch(/^… 50 B more before this\nx+\nfatal: the last words$/);
    expect(cut).toMatchObject({ truncated: true });
  });

  it('cuts nothing the second time', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 400 }),
        (part, count) => {
          const once = boundedJson(line({ object: { name: part.repeat(count), labels: { app: part.repeat(count) } } }));
          expect(boundedJson(once)).toBe(once);
        },
      ),
    );
  });

  it('never splits a surrogate pair', () => {
    for (const before of ['', 'x']) {
      const cut = boundedJson({
        type: 'log',
        text: `${before}${'😀'.repeat(TEXT_BOUNDS.log)}`,
        name: `${before}${'😀'.repeat(400)}`,
      });
      expect(cut.name.isWellFormed() && cut.text.isWellFormed()).toBe(true);
    }
  });

  it('leaves out what is nested too deep, without a call for each level', () => {
    let deep: unknown = 'x';
    for (let i = 0; i < 100_000; i++) deep = i % 2 === 0 ? [deep] : { deep };
    const cut = JSON.stringify(boundedJson(line({ object: { deep, status: 'kept' } })));
    expect(cut.length).toBeLessThan(DEPTH_BOUND * 10 + 200);
    expect(cut).toContain('"kept"');
  });

  it('keeps no more of one object than a server takes, and all of the next', () => {
    const huge = { list: Array.from({ length: OBJECT_BOUND }, () => 'xyz') };
    const tally: CutTally = { texts: 0, entries: 0 };
    const { items } = boundedJson({ type: 'snapshot', items: [huge, { metadata: { name: 'next' } }] }, tally);
    expect((items[0] as typeof huge).list.length).toBeLessThan(OBJECT_BOUND / 3);
    expect(items[1]).toEqual({ metadata: { name: 'next' } });
    expect(describeCut(tally)).toMatch(/^\d+ entries of oversized objects omitted$/);
  });

  it('leaves out a key that would change what an object is, and one that is too long', () => {
    const raw = JSON.parse(`{"labels":{"__proto__":{"x":"y"},"${'k'.repeat(400)}":"v","app":"web"}}`) as Json;
    const { labels } = boundedJson(raw);
    expect(labels).toEqual({ app: 'web' });
    expect(Object.getPrototypeOf(labels)).toBe(Object.prototype);
  });
});

describe('both ways in lead through it', () => {
  const pod = { metadata: { uid: 'u1', name: 'x'.repeat(9000) }, status: { message: 'y'.repeat(90_000) } };
  const arrived = { t: 0, type: 'MODIFIED', kind: 'Pod', object: pod } as const;

  it('what is written is cut, and so is an object that is shown whole', () => {
    for (const kept of [redactLine(arrived), redactObject('Pod', pod)])
      for (const text of textsIn(kept)) expect(text.length).toBeLessThanOrEqual(TEXT_BOUNDS.text);
  });

  it('what is projected is cut, and counted', () => {
    const projector = new Projector(0);
    const envelope = projector.project(arrived, 1);
    expect(envelope).toMatchObject({ object: { name: expect.stringMatching(/^x{200,} … 8\.8 kB more$/) } });
    expect(describeCut(projector.cut)).toBe('2 texts were longer than Kubernetes allows and cut short');
  });
});

/** A text with a secret in it, and the part of it that nobody may see. */
const SECRETS: readonly (readonly [string, string])[] = [
  ['ghp_', 'a1B2'.repeat(9)],
  ['postgres://admin:', `${'Sup3rS3cret'.repeat(3)}@db:5432/x`],
  ['password=', 'hunter2hunter2hunter2'],
  ['Authorization: Bearer ', 'abcDEF123'.repeat(5)],
  ['', `eyJhbGciOiJIUzI1NiJ9.${'eyJzdWIiOiIxMjM0In0'.repeat(60)}.sig`],
  ['-----BEGIN RSA PRIVATE KEY-----\n', `${'MIIEpAIBAAKCAQEA7\n'.repeat(90)}-----END RSA PRIVATE KEY-----`],
];

// To mask takes long and adds nothing of a secret: only what is in the cut text has to be masked there.
function shown(cut: string, parts: readonly string[]): readonly string[] {
  return parts.filter((part) => cut.includes(part) && maskText(cut).includes(part));
}

describe('a cut shows no part of a secret', () => {
  it.each(SECRETS)('wherever it cuts one that begins with %j', (known, secret) => {
    const whole = known + secret;
    // The part that must not be seen, wherever it is cut.
    const parts = [secret.slice(0, 12), secret.slice(8, 20)];
    const step = Math.ceil(whole.length / 20);
    for (const bound of [TEXT_BOUNDS.reason, TEXT_BOUNDS.text]) {
      const field = bound === TEXT_BOUNDS.reason ? 'reason' : 'message';
      for (let at = bound - whole.length - 40; at < bound + 10; at += step) {
        const text = `${'blah '.repeat(bound).slice(0, Math.max(0, at))} ${whole} ${'and some more '.repeat(9000)}`;
        const { object } = boundedJson(line({ object: { [field]: text } })) as { object: Record<string, string> };
        expect(shown(object[field] as string, parts)).toEqual([]);
      }
    }
    for (let at = TEXT_BOUNDS.log - whole.length - 40; at < TEXT_BOUNDS.log + 10; at += step) {
      const text = `${'some before it '.repeat(9000)} ${whole} ${'blah '.repeat(TEXT_BOUNDS.log).slice(0, Math.max(0, at))}`;
      const log = boundedJson({ type: 'log', text });
      expect(shown(log.text, parts)).toEqual([]);
    }
  });
});
