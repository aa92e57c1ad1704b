/** The first line that is not blank, trimmed; '' if there is none. */
export function firstLine(text: string): string {
  for (const line of text.split('\n')) {
    const trimmed = line.trim();
    if (trimmed !== '') return trimmed;
  }
  return '';
}

/** Joins the lines that are not blank, trimmed, with spaces. */
export function joinLines(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '').join(' ');
}

const LONGEST = 160;

/**
 * Cuts a text to at most `longest` characters; `…` marks the cut. Never cuts inside a code point.
 */
export function shorten(text: string, longest: number = LONGEST): string {
  if (text.length <= longest) return text;
  const characters = Array.from(text.slice(0, longest * 2));
  return characters.length <= longest ? text : `${characters.slice(0, longest - 1).join('')}…`;
}
