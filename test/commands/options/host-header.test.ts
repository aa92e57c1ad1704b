import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostName, isAllowedHost } from '../../../src/commands/options/host-header.ts';
import { HOSTILE_TEXTS } from '../../support/hostile-texts.ts';

const TOLD = new Set(['crashtop.monitoring.svc']);
const isAllowed = (...headers: string[]) => isAllowedHost(headers, TOLD);

describe('a Host header', () => {
  it.each([
    ...['127.0.0.1', '127.0.0.1:9464', '10.244.3.7:9464', '0.0.0.0:1', '192.0.2.1:', ' 10.0.0.1 '],
    ...['[::1]', '[::1]:9464', '[2001:DB8::7]:9464', '[::ffff:10.0.0.1]', '[fe80::1]:65535'],
    ...['localhost', 'LocalHost:80', 'localhost.', 'a.b.localhost:9464', 'ip6-localhost', 'localhost.localdomain'],
    ...['crashtop.monitoring.svc', 'CRASHTOP.monitoring.svc.:9464'],
  ])('%j is an address, a loopback name or one that was told', (header) => {
    expect(isAllowed(header)).toBe(true);
  });

  it.each([
    ...['evil.example', 'evil.example:9464', 'localhost.evil.example', 'evil-localhost', 'localhost..', '.localhost'],
    ...[
      '127.0.0.1.evil.example',
      '127.0.0.1@evil.example',
      'evil.example#127.0.0.1',
      '127.0.0.1 evil.example',
      '127.0.0.1,evil.example',
    ],
    ...[
      '',
      ':9464',
      '[]',
      '[::1',
      '::1',
      '[::1]x',
      '[::1]:9464:1',
      '[evil.example]',
      '127.0.0.1:port',
      'http://127.0.0.1',
      '127.1',
      '2130706433',
      '0x7f.0.0.1',
    ],
    ...['crashtop.monitoring.svc.cluster.local', 'x.crashtop.monitoring.svc', 'crashtop.monitoring.svc..', 'monitoring.svc'],
  ])('%j is none of them', (header) => {
    expect(isAllowed(header)).toBe(false);
  });

  it('must be there, and only once', () => {
    expect([isAllowedHost(undefined, TOLD), isAllowedHost([], TOLD)]).toEqual([false, false]);
    expect(isAllowed('127.0.0.1', '127.0.0.1')).toBe(false);
  });

  it('of a name that can be bought is never allowed, whatever stands around it', () => {
    const odd = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'.:[]@/\\ ,%#?\t0a'), maxLength: 6 }),
      fc.constantFrom(...HOSTILE_TEXTS),
    );
    fc.assert(
      fc.property(odd, odd, (before, after) => {
        expect(isAllowed(`${before}evil.example${after}`)).toBe(false);
      }),
    );
  });

  it.each(['http://x', 'x:80', 'x/y', '*', '*.example.com', '', '-x', 'x y'])('%j is no name to be told', (text) => {
    expect(hostName(text)).toBeNull();
  });
});
