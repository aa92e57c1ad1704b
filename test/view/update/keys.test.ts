import type { Key } from 'ink';
import { describe, expect, it } from 'vitest';
import { keyNames } from '../../../src/ui/key-names.ts';
import { BINDINGS, bindingsBySection, commandFor, type KeyContext, keysAsMarkdown } from '../../../src/view/update/keys.ts';

const NO_KEY: Key = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageDown: false,
  pageUp: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  ctrl: false,
  shift: false,
  tab: false,
  backspace: false,
  delete: false,
  meta: false,
  super: false,
  hyper: false,
  capsLock: false,
  numLock: false,
};

const names = (input: string, key: Partial<Key> = {}) => keyNames(input, { ...NO_KEY, ...key });

describe('names of keys', () => {
  it('are one for each character: fast typing arrives together', () => {
    expect(names('jjG /')).toEqual(['j', 'j', 'G', 'space', '/']);
    expect(names('a🦀b')).toEqual(['a', '🦀', 'b']);
    expect(names('api\r')).toEqual(['a', 'p', 'i', 'enter']);
    expect(names('j\u0006k')).toEqual(['j', 'ctrl+f', 'k']);
  });

  it('tell arrows with Shift and letters with Ctrl from those without', () => {
    expect(names('', { leftArrow: true })).toEqual(['left']);
    expect(names('', { leftArrow: true, shift: true })).toEqual(['shift+left']);
    expect(names('f', { ctrl: true })).toEqual(['ctrl+f']);
    expect(names('x', { meta: true })).toEqual([]);
  });
});

describe('the table of keys', () => {
  const contexts: KeyContext[] = (['table', 'detail', 'help'] as const).flatMap((page) =>
    [true, false].flatMap((isLive) => [true, false].map((canTravel) => ({ page, isLive, canTravel }))),
  );

  it('gives no key two meanings in one place', () => {
    const seen = BINDINGS.flatMap((b) => b.keys.flatMap((key) => b.where.map((where) => `${where} ${key}`)));
    expect(seen).toEqual([...new Set(seen)]);
    // What works wherever time can be moved must not be hidden by what a screen does.
    const own = new Set(BINDINGS.flatMap((b) => (b.where.includes('playback') || b.where.includes('live') ? [] : b.keys)));
    const travelling = BINDINGS.filter((b) => b.section === 'Time travel').flatMap((b) => b.keys);
    expect(travelling.filter((key) => own.has(key))).toEqual([]);
  });

  it('reaches each of its commands by each of its keys', () => {
    for (const binding of BINDINGS) {
      for (const key of binding.keys) {
        expect(
          contexts.map((context) => commandFor(key, context)),
          `${key} ${binding.help}`,
        ).toContain(binding.command);
      }
    }
  });

  it('lets the keys of time sleep on a live screen, but for T', () => {
    const live: KeyContext = { page: 'table', isLive: true, canTravel: false };
    for (const key of ['space', ',', '.', '[', ']', 'shift+left', 'shift+right', '<', '>', '+', '-', 'home', 'end', ':']) {
      expect(commandFor(key, live), key).toBeNull();
      expect(commandFor(key, { ...live, canTravel: true }), key).not.toBeNull();
      expect(commandFor(key, { page: 'detail', isLive: false, canTravel: true }), key).not.toBeNull();
    }
    expect(commandFor('T', live)).toEqual({ type: 'playback', event: { type: 'travel' } });
    expect(commandFor('T', { page: 'table', isLive: false, canTravel: true })).toBeNull();
  });

  it('has every binding under one heading, and in the Markdown of docs/keys.md', () => {
    const listed = bindingsBySection().flatMap(([, bindings]) => bindings);
    expect(listed).toHaveLength(BINDINGS.length);
    const markdown = keysAsMarkdown().trimEnd().split('\n');
    expect(markdown).toHaveLength(BINDINGS.length + 2);
    expect(markdown).toContain('| Move | `j` `↓` | one row down |');
  });
});
