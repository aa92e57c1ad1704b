/**
 * Recognizes lines between the objects in a file made with a shell: kubectl's warnings and errors,
 * client-go's log, the prompt with the command, names echoed by a loop, rules. They are skipped,
 * and a notice says so.
 */

// The most characters of a line to look at.
const MAX_SCANNED = 500;
const KNOWN =
  /^(?:Warning: |[IWEF]\d{4} \d\d:\d\d:|[Ee]rror(?: from server|: |:$)|Unable to connect|The connection to the server|No resources found|Flag --|PS [A-Z]:|[#+%>$❯] ?\w|\[[\w.-]{1,64}@|\w[\w.-]{0,63}@)/;
const FAILED = /^(?:[Ee]rror(?: from server|: )|Unable to connect|The connection to the server)/;
// Damaged JSON and damaged YAML contain some of these.
const JSON_SIGNS = /[{}[\]"]/;

/** Is this line between two pieces of JSON not part of an object? */
export function isNoise(line: string): boolean {
  const text = line.slice(0, MAX_SCANNED).trim();
  return KNOWN.test(text) || !JSON_SIGNS.test(text);
}

/** Can the line only come from a shell or from kubectl, in JSON and YAML alike? */
export function isKnownNoise(line: string): boolean {
  return KNOWN.test(line.slice(0, MAX_SCANNED).trim());
}

/** Does it say that requested objects are missing because kubectl failed? */
export function tellsFailure(line: string): boolean {
  return FAILED.test(line.slice(0, MAX_SCANNED).trim());
}
