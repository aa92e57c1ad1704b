import { describe, expect, it } from 'vitest';
import { isExcepted, proxyOfEnvironment, proxyText } from '../../../../src/sources/kubernetes/auth/proxy-environment.ts';

const PROXY = 'http://proxy.example.com:3128';

describe('which variable', () => {
  it.each([
    ['https://a.example.com', { HTTPS_PROXY: PROXY }, { url: PROXY, from: 'HTTPS_PROXY' }],
    ['https://a.example.com', { https_proxy: PROXY }, { url: PROXY, from: 'https_proxy' }],
    ['https://a.example.com', { HTTPS_PROXY: PROXY, https_proxy: 'http://other' }, { url: PROXY, from: 'HTTPS_PROXY' }],
    ['https://a.example.com', { HTTPS_PROXY: '', https_proxy: PROXY }, { url: PROXY, from: 'https_proxy' }],
    ['https://a.example.com', { HTTP_PROXY: PROXY, ALL_PROXY: PROXY }, null],
    ['http://a.example.com', { HTTP_PROXY: PROXY }, { url: PROXY, from: 'HTTP_PROXY' }],
    ['http://a.example.com', { HTTPS_PROXY: PROXY }, null],
    ['https://a.example.com', { HTTPS_PROXY: 'proxy:3128' }, { url: 'http://proxy:3128', from: 'HTTPS_PROXY' }],
    ['https://a.example.com', { HTTPS_PROXY: 'socks5://proxy:1080' }, { url: 'socks5://proxy:1080', from: 'HTTPS_PROXY' }],
  ])('%s %j', (server, env, proxy) => {
    expect(proxyOfEnvironment(server, env)).toEqual(proxy);
  });

  it.each([
    'https://localhost:6443',
    'https://127.0.0.1:6443',
    'https://127.9.9.9',
    'https://[::1]:6443',
  ])('none for %s', (server) => {
    expect(proxyOfEnvironment(server, { HTTPS_PROXY: PROXY })).toBe(null);
  });

  it('an address that is none is one line, without its password', () => {
    expect(() => proxyOfEnvironment('https://a.example.com', { HTTPS_PROXY: 'ftp://me:secret@proxy' })).toThrow(
      'HTTPS_PROXY is "ftp://***@proxy"; it has to begin with http:// or https:// or socks5:// or socks5h://',
    );
    expect(proxyText({ url: 'http://me:secret@proxy:1', from: 'HTTPS_PROXY' })).toBe('http://proxy:1 (HTTPS_PROXY)');
  });

  it('NO_PROXY keeps a server from it', () => {
    const env = { HTTPS_PROXY: PROXY, NO_PROXY: 'b.example.com, a.example.com:443' };
    expect(proxyOfEnvironment('https://a.example.com', env)).toBe(null);
    expect(proxyOfEnvironment('https://a.example.com:6443', env)?.url).toBe(PROXY);
    expect(proxyOfEnvironment('https://a.example.com', { HTTPS_PROXY: PROXY, no_proxy: '*' })).toBe(null);
  });
});

// As the tests of golang.org/x/net/http/httpproxy have it.
describe('NO_PROXY', () => {
  const list =
    'foo.com, .bar.net, *.wild.org, barbaz.net:6443, 192.168.1.1, 192.168.2.1:81, 10.0.0.0/8, 2001:db8::52:0:1, [2001:db8::52:0:2]:443, 2002:db8:a::45/64';

  it.each([
    ['foo.com', true],
    ['api.foo.com', true],
    ['xfoo.com', false],
    ['bar.net', false],
    ['api.bar.net', true],
    ['wild.org', false],
    ['api.wild.org', true],
    ['barbaz.net', true],
    ['192.168.1.1', true],
    ['192.168.1.2', false],
    ['192.168.2.1', false],
    ['10.200.3.4', true],
    ['11.0.0.1', false],
    ['2001:db8::52:0:1', true],
    ['2001:db8::52:0:2', false],
    ['2002:db8:a::123', true],
    ['2002:db8:b::123', false],
    ['0.foo.com', true],
  ])('%s: %s', (host, excepted) => {
    expect(isExcepted(host, '6443', list)).toBe(excepted);
  });

  it('has ports, and stars', () => {
    expect(isExcepted('barbaz.net', '443', list)).toBe(false);
    expect(isExcepted('2001:db8::52:0:2', '443', list)).toBe(true);
    expect(isExcepted('anything', '1', 'x,*')).toBe(true);
    expect(isExcepted('anything', '1', '')).toBe(false);
    expect(isExcepted('anything', '1', ' , :80')).toBe(false);
  });
});
