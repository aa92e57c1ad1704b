/**
 * Makes a string that a pod, an event, a log or a file controls harmless to a terminal, once, where it enters the model.
 * Nothing is dropped: what cannot be shown as itself becomes a visible stand-in, so that a reader sees that it was there.
 */

// C0 and C1 controls, DEL, line and paragraph separators, every bidirectional control (UAX #9), the zero-width and
// interlinear characters that hide or reorder text, the byte order mark, tag characters, and lone surrogates.
const UNSAFE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to be found
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|\udb40[\udc00-\udfff]/;
// Most strings are plain ASCII, and this is told of them four times as fast.
const NOT_PLAIN = /[^ -~]/;
const UNSAFE_ALL = new RegExp(UNSAFE.source, 'g');

function standIn(found: string): string {
  const code = found.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  return '\ufffd';
}

/**
 * One line of safe text: controls become their control pictures (ESC is ␛, line feed is ␊), other characters that could
 * hide, reorder or break text become the replacement character. Safe text is returned as it is.
 */
export function safeLine(text: string): string {
  return NOT_PLAIN.test(text) && UNSAFE.test(text) ? text.replace(UNSAFE_ALL, standIn) : text;
}

/** Safe text of several lines: as {@link safeLine}, but line feeds stay and a tab becomes four spaces. */
export function safeText(text: string): string {
  if (!NOT_PLAIN.test(text) || !UNSAFE.test(text)) return text;
  return text.replaceAll('\r\n', '\n').replace(UNSAFE_ALL, (c) => (c === '\n' ? c : c === '\t' ? '    ' : standIn(c)));
}
