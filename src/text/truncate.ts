/** The first line of a text that holds more than blanks, trimmed; '' where none does. */
export function firstLine(text: string): string {
  for (const line of text.split('\n')) {
    const trimmed = line.trim();
    if (trimmed !== '') return trimmed;
  }
  return '';
}

/** The lines of a text that hold more than blanks, trimmed, behind one another. */
export function joinLines(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '').join(' ');
}

const LONGEST = 160;

/** A text of at most `longest` characters, with `…` where it was cut. Never cut inside a code point. */
export function shorten(text: string, longest: number = LONGEST): string {
  if (text.length <= longest) return text;
  const characters = Array.from(text.slice(0, longest * 2));
  return characters.length <= longest ? text : `${characters.slice(0, longest - 1).join('')}…`;
}
