const PLAIN = /^[\w./][\w.:/@+=-]*$/;
const PARTS = /[^'\\]+|['\\]/g;

/**
 * Quotes a file name as one word of a command to copy. POSIX shells and fish read it alike: fish
 * treats a backslash between single quotes as an escape, so a backslash goes between double quotes,
 * like the single quote itself. PowerShell differs.
 */
export function shellWord(file: string): string {
  // A leading hyphen would make it an option.
  const word = file.startsWith('-') ? `./${file}` : file;
  if (PLAIN.test(word)) return word;
  const quoted = word.replace(PARTS, (part) => (part === "'" ? `"'"` : part === '\\' ? '"\\\\"' : `'${part}'`));
  return quoted === '' ? "''" : quoted;
}
