import { expect, it } from 'vitest';
import { keysOf } from '../../src/ui/typed-keys.ts';

it.each([
  ['j j Enter', ['j', 'j', 'enter']],
  ['jjG', ['j', 'j', 'G']],
  ['Ctrl-f Shift-← PgDn ↓ Esc', ['ctrl+f', 'shift+left', 'pagedown', 'down', 'escape']],
  ['/ gateway Enter', ['/', ...'gateway', 'enter']],
  ['  ', []],
])('crashtop shot --keys reads %j as a person means it', (typed, keys) => {
  expect(keysOf(typed)).toEqual(keys);
});
