import type { Key } from 'ink';

const NAMED: readonly (readonly [keyof Key, string])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageDown', 'pagedown'],
  ['pageUp', 'pageup'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'escape'],
  ['tab', 'tab'],
  ['backspace', 'backspace'],
  ['delete', 'delete'],
];

/**
 * The names of the keys in one input of ink: `down`, `shift+left`, `ctrl+f`, `space`, `G`. One
 * input can hold many: fast typing arrives together (`jjj`), and each character is a key.
 */
export function keyNames(input: string, key: Key): string[] {
  const named = NAMED.find(([flag]) => key[flag]);
  if (named !== undefined) return [key.shift ? `shift+${named[1]}` : named[1]];
  if (key.ctrl) return [`ctrl+${input.toLowerCase()}`];
  if (key.meta) return [];
  return Array.from(input, nameOf).filter((name) => name !== '');
}

function nameOf(character: string): string {
  if (character === ' ') return 'space';
  if (character === '\r' || character === '\n') return 'enter';
  if (character === '\u007f' || character === '\b') return 'backspace';
  // A control character in the middle of fast typing is a key with Ctrl.
  const code = character.charCodeAt(0);
  if (code < 0x20) return code === 0x1b ? 'escape' : `ctrl+${String.fromCharCode(code + 0x60)}`;
  return character;
}
