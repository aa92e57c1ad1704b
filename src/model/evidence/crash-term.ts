/** How the BEAM says that it cannot go on: one line with the whole term of the failure. */
const TERM =
  /^(?:\{"Kernel pid terminated"|\{"init terminating in do_boot"|(?:Kernel pid terminated|Runtime terminating during boot|init terminating in do_boot) \()/;
/** A sentence in it, in quotation marks, which the first of the two forms escapes. */
const SENTENCE = /[,{[<]\\?"(?!Kernel pid|init terminating|\{)([A-Za-z*][^"\\{}]{1,400} [^"\\{}]{1,400})["\\]/;
/** The child that could not be started, with the reason: the innermost comes last. */
const CHILD = 'failed_to_start_child,';

/** The reason in the crash term of an Erlang or Elixir node; null if the line is not one. */
export function reasonInCrashTerm(line: string): string | null {
  if (!TERM.test(line)) return null;
  const sentence = SENTENCE.exec(line)?.[1];
  if (sentence !== undefined) return sentence;
  const child = line.lastIndexOf(CHILD);
  if (child < 0) return null;
  const reason = line.slice(child + CHILD.length).split(/\},?\{|\}\}|,\[/, 1)[0] ?? '';
  return reason === '' ? null : `failed to start ${reason.replace(/[{}]{1,20}$/, '')}`;
}
