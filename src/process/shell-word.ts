const PLAIN = /^[\w./][\w.:/@+=-]*$/;
const PARTS = /[^'\\]+|['\\]/g;

/**
 * A file's name as one word of a command that a person copies. POSIX shells and fish read it alike: fish takes a backslash between
 * single quotes for one that escapes, so that it stands between double ones, like the single quote itself. PowerShell differs.
 */
export function shellWord(file: string): string {
  // A name that begins with a hyphen would be an option.
  const word = file.startsWith('-') ? `./${file}` : file;
  if (PLAIN.test(word)) return word;
  const quoted = word.replace(PARTS, (part) => (part === "'" ? `"'"` : part === '\\' ? '"\\\\"' : `'${part}'`));
  return quoted === '' ? "''" : quoted;
}
