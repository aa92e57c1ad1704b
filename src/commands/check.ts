import type { CauseId } from '../model/cause.ts';
import { EXIT } from '../process/exit-codes.ts';
import { writeWhole } from '../process/output-file.ts';
import type { Terminal } from '../process/terminal.ts';
import { UsageError } from '../process/usage-error.ts';
import { write } from '../process/write.ts';
import { InputError } from '../recording/input-error.ts';
import { checkFile } from '../recording/new-file.ts';
import { maskText } from '../recording/redaction/mask.ts';
import { withoutAcknowledged } from '../report/check/acknowledged-findings.ts';
import { blindSpotsOf } from '../report/check/blind-spots.ts';
import { type Check, checkJson, checkText, verdictOf } from '../report/check/check-report.ts';
import type { CheckResult, CheckSettings, Finding } from '../report/check/examination.ts';
import { readAcknowledgements } from '../session/acknowledgements-file.ts';
import { AcknowledgementsText } from '../session/acknowledgements-text.ts';
import { maskedCause } from '../session/masked-cause.ts';
import { UnreadableFile } from '../sources/bounded-file.ts';
import { safeLine } from '../text/safe-text.ts';
import { checkCluster } from './check-cluster.ts';
import { checkRecording } from './check-recording.ts';
import { causeIdOf } from './options/cause-ids.ts';
import type { CheckOptions, Examined } from './options/check-options.ts';

const EXIT_OF = { passed: EXIT.ok, failed: EXIT.problem, unknown: EXIT.environment } as const;

/**
 * `crashtop check [FILE...]`: watches, or reads, and reports by exit code whether anything
 * crash-looped.
 */
export async function check(files: readonly string[], options: CheckOptions, terminal: Terminal): Promise<void> {
  checkTogether(files, options);
  const settings: CheckSettings = {
    maxRestarts: options.maxRestarts ?? 0,
    ignored: new Set(idsOf(options.ignore)),
    namespaces: files.length === 0 || options.namespace === undefined ? null : new Set(namesOf(options.namespace)),
    isSelection: (options.selector ?? '') !== '',
  };
  // Fail early if the directory is missing, rather than after minutes of watching.
  if (options.junit !== undefined) await checkFile(options.junit, true);
  const acknowledged = options.acknowledged === undefined ? null : await acknowledgedIn(options.acknowledged);
  const examined =
    files.length === 0
      ? await checkCluster(options, settings, acknowledged, terminal)
      : await checkRecording(files, options, settings, acknowledged, terminal);
  const done = checkOf(examined, settings, options);
  const text = options.output === 'json' ? `${JSON.stringify(checkJson(done), null, 2)}\n` : checkText(done);
  await write(terminal.stdout, text);
  if (options.junit !== undefined) await writeJunit(options.junit, done);
  process.exitCode = EXIT_OF[verdictOf(done)];
}

function checkOf(
  { result: found, source, state, gaps, unseen, known }: Examined,
  settings: CheckSettings,
  { allowEmpty, acknowledged: file }: Pick<CheckOptions, 'allowEmpty' | 'acknowledged'>,
): Check {
  const asked = { source, namespaces: settings.namespaces, allowsEmpty: allowEmpty === true };
  const { unknown, notes } = blindSpotsOf(found, state, gaps, asked);
  const unmatched = known?.length === 0 ? [`${safeLine(file ?? '')} acknowledges nothing in ${source.name}`] : [];
  const spots = { unknown: [...unknown, ...unseen], notes: [...notes, ...unmatched] };
  const { result, acknowledged } = withoutAcknowledged(masked(found), state, known ?? []);
  return { result, acknowledged, spots, settings, source };
}

// More people read a build log or a report than a terminal.
function masked(result: CheckResult): CheckResult {
  const each = (findings: readonly Finding[]) => findings.map((f) => ({ ...f, cause: maskedCause(f.cause) }));
  const ofWorkloads = (problems: CheckResult['workloads']) =>
    problems.map((w) => ({
      ...w,
      summary: maskText(w.summary),
      evidence: w.evidence.map(maskText),
      next: w.next.map(maskText),
    }));
  const workloads = ofWorkloads(result.workloads);
  const earlierWorkloads = ofWorkloads(result.earlierWorkloads);
  return { ...result, failures: each(result.failures), ignored: each(result.ignored), workloads, earlierWorkloads };
}

/**
 * The acknowledgements of a file.
 * @throws InputError if it cannot be read, or is not such a file.
 */
async function acknowledgedIn(file: string): Promise<AcknowledgementsText> {
  try {
    return new AcknowledgementsText(readAcknowledgements(file), safeLine(file));
  } catch (error) {
    throw error instanceof UnreadableFile ? new InputError(safeLine(error.message)) : error;
  }
}

const CLUSTER_ONLY = ['selector', 'context', 'kubeconfig', 'as', 'asGroup', 'asUid', 'requestTimeout'] as const;

function checkTogether(files: readonly string[], options: CheckOptions): void {
  const { at, from, to, lenient } = options;
  if (options.namespace !== undefined && options.allNamespaces)
    throw new UsageError('-n and -A exclude each other: use one of them');
  if (files.length === 0) {
    if (at !== undefined || from !== undefined || to !== undefined || lenient)
      throw new UsageError('--at, --from, --to and --lenient need a recording: add its FILE');
    return;
  }
  if (options.for !== undefined) throw new UsageError('--for watches a cluster: for a part of a recording, use --from and --to');
  if (options.failFast) throw new UsageError('--fail-fast needs a cluster: a recording is always read to its end');
  if (CLUSTER_ONLY.some((name) => options[name] !== undefined))
    throw new UsageError('a recording is checked as it is: the only option that selects its pods is -n');
  if (at !== undefined && (from !== undefined || to !== undefined))
    throw new UsageError('--at checks one moment: use it without --from and --to');
}

function idsOf(ignore: readonly string[] = []): CauseId[] {
  return ignore.flatMap(namesOf).map(causeIdOf);
}

function namesOf(list: string): string[] {
  const names = list.split(',').map((name) => name.trim());
  if (names.includes('')) throw new UsageError(`${JSON.stringify(list)}: a name is empty: separate names by commas`);
  return names;
}

async function writeJunit(file: string, done: Check): Promise<void> {
  const { checkJunit } = await import('../report/check/junit.ts');
  await writeWhole([checkJunit(done)], { file, overwrite: true, readers: 'umask', keepsRights: true });
}
