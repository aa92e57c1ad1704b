// Last words that say only that it is over, or which signal it was: the exit code says that as well.
const OVER =
  /^npm |(?:giving up|exiting|shutting down|aborting|terminat(?:ed|ing)|failed to (?:start|boot)|start(?:up)? failed|could not start|see (?:above|log)|FailureAnalysisReporter|exit(?:ed)? (?:status|code|with)|Command failed)[^:]{0,80}:?\s*$/i;
// The same in the words of a shell, Perl, the JVM, Kafka, Spring, Elasticsearch, gunicorn, nginx, the BEAM, PHP, HAProxy and Apache.
const OF_RUNTIMES: readonly RegExp[] = [
  /^(?:.{0,200}[:\d] +)?(?:Aborted|Killed|Terminated|Segmentation fault|Bus error|Illegal instruction|Floating point exception|Bad system call|Trace\/breakpoint trap)(?: +\(core dumped\))?$/,
  /\bcompilation aborted at \S/,
  /^# (?:An error report file with more information|If you would like to submit a bug report)|^\[thread \d+ also had an error\]/,
  /\bExiting \w{1,40} due to fatal exception\b/,
  /^APPLICATION FAILED TO START$|\bApplication run failed$|^Error starting ApplicationContext\b/,
  /\bdid not exit normally\b/,
  /\bShutting down: Master$/,
  /\bstill could not bind\(\)$/,
  /^Crash dump is being written to: /,
  /\binitiali[sz]ation failed\.?$|\bFatal errors found in configuration\b/,
  /^AH00015: Unable to open logs$/,
];

/** Does a line say only that the program ends? The reason stands near it then, most often before. */
export function isEmptyTalk(line: string): boolean {
  return OVER.test(line) || OF_RUNTIMES.some((form) => form.test(line));
}
