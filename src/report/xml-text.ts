// Characters that XML 1.0 allows in no document, not even escaped; a viewer refuses the whole file for one of them.
const NOT_XML = /[^\t\n\r -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/** The text with the replacement character for each that no XML document may hold. Escaping is not its business. */
export function xmlText(text: string): string {
  return text.replace(NOT_XML, '\ufffd');
}
