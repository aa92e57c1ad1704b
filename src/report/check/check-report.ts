import type { Acknowledgement } from '../../diagnosis/acknowledgement/acknowledgement.ts';
import { containerName } from '../../diagnosis/entry.ts';
import type { WorkloadProblem } from '../../diagnosis/workload/workload-problem.ts';
import type { Confidence } from '../../model/cause.ts';
import type { TroubleKind, TroubleState } from '../../model/trouble.ts';
import { counted, dateAndTime, duration } from '../../text/duration.ts';
import type { SourceInfo } from '../../timeline/envelope.ts';
import { acknowledgementText } from '../../wording/acknowledgements.ts';
import { timeNear } from '../../wording/runs.ts';
import { scopeText } from '../../wording/scope.ts';
import { sinceText } from '../../wording/since.ts';
import type { Acknowledged } from './acknowledged-findings.ts';
import type { BlindSpots } from './blind-spots.ts';
import type { CheckResult, CheckSettings, Finding, FindingReason } from './examination.ts';

/** The outcome of a check; `unknown` if nothing failed but not everything was visible. */
export type Verdict = 'passed' | 'failed' | 'unknown';

/** A finished check. */
export interface Check {
  /** Without what is acknowledged. */
  readonly result: CheckResult;
  readonly acknowledged: Acknowledged;
  readonly spots: BlindSpots;
  readonly settings: CheckSettings;
  readonly source: SourceInfo;
}

/** A finding outweighs blind spots: a failure is a failure. */
export function verdictOf({ result, spots }: Check): Verdict {
  if (result.failures.length + result.workloads.length > 0) return 'failed';
  return spots.unknown.length > 0 ? 'unknown' : 'passed';
}

/**
 * The verdict for a person or a build log: one line of summary, then the findings. With its final
 * newline.
 */
export function checkText(check: Check): string {
  const { result, spots } = check;
  const blocks = [
    summaryLine(check),
    ...spots.unknown.map((why) => `Cannot tell whether anything loops: ${why}.`),
    ...spots.notes.map((note) => `Note: ${note}.`),
    ...result.failures.map((f) => findingBlock(f, check)),
    ...result.workloads.map((w) => workloadText(w, check)),
    ...notCounted(check),
  ];
  return `${blocks.join('\n')}\n`;
}

function summaryLine(check: Check): string {
  const { result, source, settings } = check;
  const scope = settings.namespaces === null ? source : { ...source, namespaces: [...settings.namespaces] };
  const where = `${source.name}, ${scopeText(scope)}, ${counted(result.pods.length, 'pod')}`;
  const when =
    result.from === result.to
      ? `at ${dateAndTime(result.to)} UTC`
      : `from ${dateAndTime(result.from)} to ${timeNear(result.to, result.from)} UTC (${duration(result.to - result.from)})`;
  return `${headline(check)} ${where}, ${when}`;
}

function headline(check: Check): string {
  const verdict = verdictOf(check);
  const { result, acknowledged } = check;
  const known = countsText(acknowledged.findings, acknowledged.workloads);
  const but = known === '' ? '' : ` except acknowledged problems (${known})`;
  if (verdict === 'passed') return `PASSED: nothing is crash-looping${but}.`;
  if (verdict === 'unknown') return `UNKNOWN: nothing was seen to fail${but}, but not everything was seen.`;
  return `FAILED: ${countsText(result.failures, result.workloads)}${known === '' ? '' : `; ${known} acknowledged`}.`;
}

function countsText(findings: readonly unknown[], workloads: readonly unknown[]): string {
  const counts = [
    ...(findings.length > 0 ? [counted(findings.length, 'container')] : []),
    ...(workloads.length > 0 ? [counted(workloads.length, 'workload')] : []),
  ];
  return counts.join(', ');
}

/**
 * What is wrong with a container, without its name: "is looping (crash) since 15:02:11 UTC, 4
 * crashes in the window".
 */
export function findingText({ reason, kind, since, sinceIsBound, crashes, container, trouble }: Finding, now: number): string {
  const restarts = `${counted(container.status?.restartCount ?? 0, 'restart')} in total`;
  const times = crashes === 0 ? restarts : `${counted(crashes, 'crash', 'crashes')} in the window, ${restarts}`;
  const at = `${timeNear(since, now)} UTC`;
  switch (reason) {
    case 'looping':
      return `is looping (${kind}) ${sinceText({ sinceIsBound })} ${at}, ${times}`;
    case 'crashes':
      return `crashed, first at ${at}, ${times}; now ${trouble?.state ?? 'not in trouble'}`;
    case 'failing-start':
      return `could not start (${kind}) since ${at}, ${times}; now ${trouble?.state ?? 'not in trouble'}`;
  }
}

/** The cause, its evidence and the next command: a line each. */
export function causeLines({ cause }: Finding): readonly string[] {
  if (cause === null) return ['why: no details known'];
  return [
    `why: ${cause.summary} (${cause.id}, ${cause.confidence})`,
    ...cause.evidence.slice(0, EVIDENCE_SHOWN).map((line) => `evidence: ${line}`),
    ...cause.next.slice(0, 1).map((command) => `next: ${command}`),
  ];
}

// The first ones say most; the JSON has all of them.
const EVIDENCE_SHOWN = 2;

/** `shop/api-1 [api]`. */
export function nameOf({ record, container }: Pick<Finding, 'record' | 'container'>): string {
  return containerName(record, container);
}

function findingBlock(finding: Finding, check: Check): string {
  const { to } = check.result;
  const lines = [...causeLines(finding), ...endedLines(finding, check)];
  return [`\n${nameOf(finding)} ${findingText(finding, to)}`, ...lines.map((line) => `    ${line}`)].join('\n');
}

// An acknowledged problem that fails anyway needs a reason.
function endedLines(found: Finding | WorkloadProblem, { acknowledged, result }: Check): readonly string[] {
  const standing = acknowledged.ended.get(found);
  return standing === undefined ? [] : [acknowledgementText(standing, result.to)];
}

/** What is wrong with a workload as a whole, its evidence and the next command: a line each. */
export function workloadLines({ workload, summary, since, evidence, next }: WorkloadProblem, now: number): readonly string[] {
  return [
    `${workload.namespace}/${workload.name} (${workload.kind}) ${summary}, since ${timeNear(since, now)} UTC`,
    ...evidence.slice(0, EVIDENCE_SHOWN).map((line) => `evidence: ${line}`),
    ...next.slice(0, 1).map((command) => `next: ${command}`),
  ];
}

function workloadText(problem: WorkloadProblem, check: Check): string {
  return `\n${[...workloadLines(problem, check.result.to), ...endedLines(problem, check)].join('\n    ')}`;
}

function notCounted({ result, acknowledged }: Check): string[] {
  const { ignored, recovering, failures, workloads, earlierWorkloads, to } = result;
  const until = (of: Acknowledgement) => acknowledgementText({ type: 'acknowledged', of }, to);
  const lines = [
    ...acknowledged.findings.map(({ found, of }) => `${until(of)}: ${nameOf(found)}: ${reasonOf(found)}`),
    ...acknowledged.workloads.map(({ found, of }) => `${until(of)}: ${workloadLines(found, to)[0]}`),
    ...ignored.map((f) => `ignored: ${nameOf(f)}: ${reasonOf(f)}`),
    ...recovering.map((r) => `not counted: ${nameOf(r)} is ${r.trouble.state}: it did not fail in the window`),
    ...earlierWorkloads.map((w) => `not counted, before the window: ${workloadLines(w, to)[0]}`),
  ];
  return lines.length > 0 && failures.length + workloads.length > 0 ? ['', ...lines] : lines;
}

function reasonOf({ cause, kind }: Finding): string {
  return `${cause?.summary ?? kind} (${cause?.id ?? 'unknown'})`;
}

/**
 * The verdict for a program, version 1. Names and meanings are stable; fields may be added. Times
 * are RFC 3339.
 */
export interface CheckJson {
  readonly schemaVersion: 1;
  readonly verdict: Verdict;
  readonly from: string;
  readonly to: string;
  readonly source: { readonly kind: string; readonly name: string; readonly context: string | null };
  readonly pods: number;
  readonly maxRestarts: number;
  readonly ignoredCauses: readonly string[];
  readonly unknown: readonly string[];
  readonly notes: readonly string[];
  readonly failures: readonly CheckJsonFinding[];
  readonly workloads: readonly CheckJsonWorkload[];
  /** Would be in `failures` and `workloads` without the acknowledgement. */
  readonly acknowledged: readonly (CheckJsonFinding & AcknowledgedJson)[];
  readonly acknowledgedWorkloads: readonly (CheckJsonWorkload & AcknowledgedJson)[];
  readonly ignored: readonly CheckJsonFinding[];
  readonly recovering: readonly {
    readonly namespace: string;
    readonly pod: string;
    readonly container: string;
    readonly state: TroubleState;
  }[];
}

interface AcknowledgedJson {
  /** `until` is null if it holds until the problem changes. */
  readonly acknowledgement: { readonly by: string; readonly since: string; readonly until: string | null };
}

interface CheckJsonWorkload {
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  readonly problem: WorkloadProblem['kind'];
  readonly since: string;
  readonly summary: string;
  readonly evidence: readonly string[];
  readonly next: readonly string[];
}

interface CheckJsonFinding {
  readonly namespace: string;
  readonly pod: string;
  readonly uid: string;
  readonly container: string;
  readonly workload: { readonly kind: string; readonly name: string };
  readonly reason: FindingReason;
  readonly kind: TroubleKind;
  readonly since: string;
  readonly sinceIsBound: boolean;
  readonly state: TroubleState | null;
  readonly crashes: number;
  readonly ignoredCrashes: number;
  readonly restartCount: number;
  readonly cause: {
    readonly id: string;
    readonly summary: string;
    readonly confidence: Confidence;
    readonly evidence: readonly string[];
    readonly next: readonly string[];
  } | null;
}

/** The verdict for a program. */
export function checkJson(check: Check): CheckJson {
  const { result, acknowledged, spots, settings, source } = check;
  return {
    schemaVersion: 1,
    verdict: verdictOf(check),
    from: new Date(result.from).toISOString(),
    to: new Date(result.to).toISOString(),
    source: { kind: source.kind, name: source.name, context: source.context },
    pods: result.pods.length,
    maxRestarts: settings.maxRestarts,
    ignoredCauses: [...settings.ignored],
    unknown: spots.unknown,
    notes: spots.notes,
    failures: result.failures.map(toJson),
    workloads: result.workloads.map(workloadJson),
    acknowledged: acknowledged.findings.map(({ found, of }) => ({ ...toJson(found), ...acknowledgedJson(of) })),
    acknowledgedWorkloads: acknowledged.workloads.map(({ found, of }) => ({ ...workloadJson(found), ...acknowledgedJson(of) })),
    ignored: result.ignored.map(toJson),
    recovering: result.recovering.map(({ record, container, trouble }) => ({
      namespace: record.pod.namespace,
      pod: record.pod.name,
      container: container.name,
      state: trouble.state,
    })),
  };
}

function workloadJson({ workload, kind, since, summary, evidence, next }: WorkloadProblem): CheckJsonWorkload {
  return {
    ...{ namespace: workload.namespace, kind: workload.kind, name: workload.name, problem: kind },
    ...{ since: new Date(since).toISOString(), summary, evidence, next },
  };
}

function acknowledgedJson({ by, at, until }: Acknowledgement): AcknowledgedJson {
  const rfc3339 = (time: number) => new Date(time).toISOString();
  return { acknowledgement: { by, since: rfc3339(at), until: until === null ? null : rfc3339(until) } };
}

function toJson(finding: Finding): CheckJsonFinding {
  const { record, container, reason, kind, since, sinceIsBound, crashes, ignoredCrashes, trouble, cause } = finding;
  return {
    namespace: record.pod.namespace,
    pod: record.pod.name,
    uid: record.pod.uid,
    container: container.name,
    workload: { kind: record.workload.kind, name: record.workload.name },
    reason,
    kind,
    since: new Date(since).toISOString(),
    sinceIsBound,
    state: trouble?.state ?? null,
    crashes,
    ignoredCrashes,
    restartCount: container.status?.restartCount ?? 0,
    cause,
  };
}
