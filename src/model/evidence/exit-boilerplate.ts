// Last words that only say that it is over, or which signal it was: the exit code shows that as
// well.
const OVER =
  /(?:giving up|exiting|shutting down|aborting|terminat(?:ed|ing)|failed to (?:start|boot)|start(?:up)? failed|could not start|see (?:above|log)|FailureAnalysisReporter|exit(?:ed)? (?:status|code|with)|Command failed)[^:]{0,80}:?\s*$/i;
// The same in the words of a shell, Perl, the JVM, Kafka, Spring, Elasticsearch, gunicorn, nginx,
// the BEAM, PHP, HAProxy and Apache.
const OF_RUNTIMES: readonly RegExp[] = [
  /^(?:.{0,200}[:\d] +)?(?:Aborted|Killed|Terminated|Segmentation fault|Bus error|Illegal instruction|Floating point exception|Bad system call|Trace\/breakpoint trap)(?: +\(core dumped\))?$/,
  /\bcompilation aborted at \S/,
  /^# (?:An error report file with more information|If you would like to submit a bug report)|^\[thread \d+ also had an error\]/,
  /\bExiting \w{1,40} due to fatal exception\b/,
  /^APPLICATION FAILED TO START$|\bApplication run failed$|^Error starting ApplicationContext\b/,
  /\bdid not exit normally\b|^BOOT FAILED$/,
  /\bShutting down: Master$/,
  /\bstill could not bind\(\)$/,
  /^Crash dump is being written to: /,
  /\binitiali[sz]ation failed\.?$|\bFatal errors found in configuration\b/,
  /^AH00015: Unable to open logs$/,
  /^(?:bye|goodbye|stopp(?:ed|ing)|terminat(?:ed|ing)|exit(?:ed|ing)?|closed|closing|aborted|shut ?down(?: complete)?|leaving|quitting|interrupt received)\W{0,4}$/i,
];
// The same from supervisors: s6, PM2, foreman, supervisord, npm.
const OF_WRAPPERS: readonly RegExp[] = [
  /^s6-rc: |\brc\.init: (?:warning|fatal): /,
  /^PM2(?: log| error)?\s{0,12}[:|] /,
  /^npm (?:ERR!|error|WARN|warn|notice)(?: \S{0,40})?$/,
  /^npm (?:ERR!|error|WARN|warn|notice) (?:code|errno|syscall|path|command|signal|dest|file|cwd| {2}) ?\S/,
  /^npm (?:ERR!|error|WARN|warn|notice) (?:[a-z]{1,20} )?(?:Exit status|Failed at|This is probably|A complete log|To see a list|This is related|Make sure|npm run) /,
  /^npm (?:ERR!|error) \S{1,200} \w{1,40}: `/,
  /^error Command failed with exit code \d|^info Visit https:/,
  /^bundler: failed to load command: /,
];

// A separate sentence after the problem: "the data directory has files in it. Aborting."
const A_SENTENCE = 20;
const LAST_WORD = /[.!;] (?:Aborting|Exiting|Terminating|Giving up|Shutting down|Stopping)[.! ]{0,4}$/i;

/** Does a line only say that the program ends? Then the reason is nearby, usually before it. */
export function isBoilerplate(line: string): boolean {
  const before = line.replace(LAST_WORD, '');
  if (before !== line && before.length >= A_SENTENCE) return isBoilerplate(before);
  return OVER.test(line) || OF_RUNTIMES.some((form) => form.test(line)) || OF_WRAPPERS.some((form) => form.test(line));
}
