/**
 * The log of a container in the output of `kubectl cluster-info dump` (kubectl,
 * cmd/clusterinfo/clusterinfo_dump.go).
 */
export interface DumpedLog {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly text: string;
}

const BEGIN = /^==== START logs for container ([a-z\d.-]{1,253}) of pod ([a-z\d.-]{1,253})\/([a-z\d.-]{1,253}) ====\r?$/;
const END = /==== END logs for container [a-z\d.-]{1,253} of pod [a-z\d.-]{1,253}\/[a-z\d.-]{1,253} ====\r?$/;
// More than the mark with the longest names.
const MARK = 900;

/** Does a log begin after this line? */
export function beginsLog(line: string): boolean {
  return line.length < MARK && BEGIN.test(line);
}

/** Does a log end in this line, before its mark? The program's last line may have no newline. */
export function endsLog(line: string): boolean {
  return END.test(line.slice(-MARK));
}

/** Reads the lines from one mark to the other; null if the first is not a mark. */
export function toDumpedLog(text: string): DumpedLog | null {
  const newline = text.indexOf('\n');
  const [, container, namespace, pod] = BEGIN.exec(text.slice(0, Math.min(newline, MARK))) ?? [];
  if (container === undefined || namespace === undefined || pod === undefined) return null;
  const body = text.slice(newline + 1).trimEnd();
  const tail = body.slice(-MARK);
  const mark = END.exec(tail);
  return { namespace, pod, container, text: mark === null ? body : body.slice(0, body.length - tail.length + mark.index) };
}
