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
 * The keys in a written text, by their names in keys.ts: words between spaces are keys in the
 * help's spelling (`Enter`, `PgDn`, `Ctrl-f`, `Shift-←`), and other words are typed letter by
 * letter: `/ gateway Enter`.
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
