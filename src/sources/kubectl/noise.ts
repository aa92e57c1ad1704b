/**
 * What stands between the objects in a file that a person made with a shell: kubectl's warnings and errors, client-go's own log,
 * the prompt with the command, names that a loop echoed, rules. It is passed over, and told.
 */

// Beyond this no line is looked at.
const LOOKED_AT = 500;
const KNOWN =
  /^(?:Warning: |[IWEF]\d{4} \d\d:\d\d:|[Ee]rror(?: from server|: |:$)|Unable to connect|The connection to the server|No resources found|Flag --|PS [A-Z]:|[#+%>$❯] ?\w|\[[\w.-]{1,64}@|\w[\w.-]{0,63}@)/;
const FAILED = /^(?:[Ee]rror(?: from server|: )|Unable to connect|The connection to the server)/;
// A damaged piece of JSON, and one of YAML, has some of these.
const JSON_SIGNS = /[{}[\]"]/;

/** Is this line between two pieces of JSON none of kubectl's objects, nor a part of one? */
export function isNoise(line: string): boolean {
  const text = line.slice(0, LOOKED_AT).trim();
  return KNOWN.test(text) || !JSON_SIGNS.test(text);
}

/** Is it a line that can only come from a shell or from kubectl, whatever the objects are written in? */
export function isKnownNoise(line: string): boolean {
  return KNOWN.test(line.slice(0, LOOKED_AT).trim());
}

/** Does it say that something which was asked for is not there, because kubectl failed? */
export function tellsFailure(line: string): boolean {
  return FAILED.test(line.slice(0, LOOKED_AT).trim());
}
