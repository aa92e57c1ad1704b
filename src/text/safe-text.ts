/**
 * Makes a string that a pod, an event, a log or a file controls harmless to a terminal, once, where
 * it enters the model. Drops nothing: a visible stand-in replaces each unsafe character, so that
 * readers see that one was there.
 */

// C0 and C1 controls, DEL, line and paragraph separators, every bidirectional control (UAX #9),
// zero-width and interlinear characters that hide or reorder text, the byte order mark, tag
// characters, lone surrogates.
const UNSAFE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be found
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|\udb40[\udc00-\udfff]/;
// Most strings are plain ASCII; this test is four times as fast for them.
const NOT_PLAIN = /[^ -~]/;
const UNSAFE_ALL = new RegExp(UNSAFE.source, 'g');

function standIn(found: string): string {
  const code = found.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  return '\ufffd';
}

/**
 * Makes one line of text safe. Controls become their control pictures (ESC is ␛, line feed is ␊);
 * other characters that could hide, reorder or break text become the replacement character. Returns
 * safe text unchanged.
 */
export function safeLine(text: string): string {
  return NOT_PLAIN.test(text) && UNSAFE.test(text) ? text.replace(UNSAFE_ALL, standIn) : text;
}

/** As {@link safeLine} for several lines: keeps line feeds, replaces a tab by four spaces. */
export function safeText(text: string): string {
  if (!NOT_PLAIN.test(text) || !UNSAFE.test(text)) return text;
  return text.replaceAll('\r\n', '\n').replace(UNSAFE_ALL, (c) => (c === '\n' ? c : c === '\t' ? '    ' : standIn(c)));
}
