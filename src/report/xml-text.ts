// Characters that XML 1.0 forbids even when escaped; a viewer rejects the whole file for one of
// them.
const NOT_XML = /[^\t\n\r -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/** Replaces each character that XML forbids with the replacement character. Does not escape. */
export function xmlText(text: string): string {
  return text.replace(NOT_XML, '\ufffd');
}
