const NAMED: Readonly<Record<string, string>> = {
  '↓': 'down',
  '↑': 'up',
  '←': 'left',
  '→': 'right',
  pgdn: 'pagedown',
  pgup: 'pageup',
  esc: 'escape',
  return: 'enter',
  ...Object.fromEntries(
    ['down', 'up', 'left', 'right', 'pagedown', 'pageup', 'home', 'end', 'enter', 'escape', 'space', 'backspace'].map((k) => [
      k,
      k,
    ]),
  ),
};
const WITH_MODIFIER = /^(ctrl|shift)[-+](.+)$/i;

/**
 * The keys of a text that a person wrote, by the names that keys.ts gives them: words between spaces are keys as the help spells
 * them (`Enter`, `PgDn`, `Ctrl-f`, `Shift-←`), and what is none is typed letter by letter: `/ gateway Enter`.
 */
export function keysOf(text: string): string[] {
  return text
    .split(' ')
    .filter((word) => word !== '')
    .flatMap((word) => {
      const named = NAMED[word.toLowerCase()];
      if (named !== undefined) return [named];
      const [, modifier, key] = WITH_MODIFIER.exec(word) ?? [];
      if (modifier === undefined || key === undefined) return Array.from(word);
      return [`${modifier.toLowerCase()}+${NAMED[key.toLowerCase()] ?? key.toLowerCase()}`];
    });
}
