import type { Cause, CauseId } from '../model/cause.ts';
import { type Entry, isWorkloadEntry, type TableEntry } from './entry.ts';

/**
 * Identifies crashes that are one problem: the same cause at the same place, reported by the same
 * line.
 */
export interface CrashSignature {
  /** The same for every crash of this problem, in any workload; stable from run to run. */
  readonly key: string;
  /** The cause ID, or the kind of a workload's problem. */
  readonly cause: string;
  /**
   * True if it names something that several workloads can depend on (a host, an image, an error
   * message).
   */
  readonly isShared: boolean;
}

/**
 * Causes whose summary names what fails. Two workloads with the same summary have one problem,
 * whatever their exit codes.
 */
const OF_A_PLACE: ReadonlySet<CauseId> = new Set<CauseId>([
  'dns-failure',
  'connection-refused',
  'tls-failure',
  'disk-full',
  'registry-unreachable',
  'image-not-found',
  'image-auth',
  'image-name',
  'image-never-pull',
  'missing-configmap',
  'missing-secret',
  'missing-key',
  'volume-mount',
  'device',
  'runtime-hook',
  'rejected',
  'sandbox',
  'unschedulable',
]);

/**
 * Causes inside the program: its message identifies the problem. Without a message, two programs
 * have nothing in common.
 */
const OF_A_PROGRAM: ReadonlySet<CauseId> = new Set<CauseId>([
  'app-error',
  'app-panic',
  'segfault',
  'abort',
  'illegal-instruction',
  'arithmetic-error',
  'sigterm-self',
  'oom-suspected',
  'unknown',
]);

// Two logs without an error have nothing in common.
const EXIT_CODE = /^exit -?\d+(?: \(SIG[A-Z\d]+\))?(?:: |; its log tells of no error(?: near its end)?$)?/;
const SIGNAL = /^SIG[A-Z\d]+(?:, [a-z ]+|: )?/;

/** The signature of this entry's crashes. */
export function signatureOf(entry: TableEntry): CrashSignature {
  if (isWorkloadEntry(entry)) return workloadSignature(entry.problem.kind, entry.problem.summary, entry.workload.key);
  const { cause, trouble, workload } = entry;
  if (cause === null || trouble === null) {
    const kind = trouble?.kind ?? 'no trouble';
    return { key: `${kind}|${workload.key}`, cause: kind, isShared: false };
  }
  const known = signatures.get(cause);
  if (known !== undefined) return known;
  const signature = containerSignature(entry, cause);
  signatures.set(cause, signature);
  return signature;
}

// A cause is decided for one container, and stays the same object until its facts change.
const signatures = new WeakMap<Cause, CrashSignature>();

function containerSignature(entry: Entry, { id, summary }: Cause): CrashSignature {
  // A pod without a controller has a hand-written name, which may be any word.
  const said = withoutNoise(summary, entry.workload.kind === 'Pod' ? '' : entry.record.pod.name);
  if (OF_A_PLACE.has(id)) return { key: `${id}|${said.replace(EXIT_CODE, '')}`, cause: id, isShared: true };
  if (!OF_A_PROGRAM.has(id)) return { key: `${id}|${withoutCodes(said)}`, cause: id, isShared: false };
  const words = said.replace(EXIT_CODE, '').replace(SIGNAL, '');
  if (words !== '') return { key: `${id}|${said}`, cause: id, isShared: id !== 'oom-suspected' };
  return { key: `${id}|${said}|${imageOf(entry)}`, cause: id, isShared: false };
}

// How a program exits when killed is incidental, and may differ from run to run.
function withoutCodes(said: string): string {
  return said.replaceAll(/\(exit -?\d+\)/g, '(exit #)');
}

function imageOf({ record, container }: Entry): string {
  return record.pod.spec.containers.find((c) => c.name === container.name)?.image ?? '';
}

// A workload's summary starts with counts that grow; the reason follows the first colon.
function workloadSignature(kind: string, summary: string, workloadKey: string): CrashSignature {
  const colon = summary.indexOf(': ');
  const isOwn = kind === 'stuck-rollout' || colon < 0;
  return { key: `${kind}|${isOwn ? workloadKey : withoutNoise(summary.slice(colon + 2))}`, cause: kind, isShared: !isOwn };
}

// Text that differs between runs or pods, and text that only looks like it. Where two start at one
// place, the first wins.
const NOISE = new RegExp(
  [
    String.raw`(?<time>\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?|\b\d\d:\d\d:\d\d(?:[.,]\d+)?\b)`,
    String.raw`(?<id>\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b0x[0-9a-f]+\b|\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{8,}\b)`,
    // The local end of a connection: "read tcp 10.42.0.13:41822->10.96.0.1:443".
    String.raw`(?<near>(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:]+\]):\d{1,5}->)`,
    String.raw`(?<host>\d{1,3}(?:\.\d{1,3}){3}|\b[a-z][\w.-]{0,252})(?<port>:\d{1,5})(?!\w)`,
    String.raw`(?<kept>\d{1,3}(?:\.\d{1,3}){3}(?![\w.])|\b(?:HTTP|status|code|answered|returned|responded|exit)(?: code)?[ :=]{1,2}-?\d{1,3}\b)`,
    // Suffixes that controllers append to pod names (apimachinery, util/rand: no vowels, no similar
    // digits).
    String.raw`(?<pod>(?<=[a-z0-9])-(?:[bcdfghjklmnpqrstvwxz2456789]{6,10}-|(?=[a-z]{0,4}\d))[bcdfghjklmnpqrstvwxz2456789]{5}(?![\w-]))`,
    String.raw`(?<number>(?<![\w.])\d+(?:[.,]\d+){0,20}(?:(?:[nuµm]?s|[mhd]|[KMGTP]i?B?|B)(?:\d+(?:\.\d+)?(?:ms|[smh]))*)?(?!\w))`,
  ].join('|'),
  'gi',
);

// Ports from here on are ephemeral (Linux, ip_local_port_range).
const FIRST_EPHEMERAL_PORT = 32_768;

/**
 * Removes what differs between runs and pods: times, numbers, IDs, pod names, ephemeral ports.
 * Keeps hosts, addresses, service ports and status codes: they say where it failed. Idempotent.
 * @param podName the pod that printed the line; '' if unknown.
 */
export function withoutNoise(line: string, podName = ''): string {
  const named = podName === '' ? line : line.replaceAll(podName, '<pod>');
  // A replacement may expose another match. Each pass but the last removes a digit, so the loop
  // ends.
  for (let before = named; ; ) {
    const after = withoutWhatDiffers(before);
    if (after === before) return after;
    before = after;
  }
}

function withoutWhatDiffers(line: string): string {
  return line.replace(NOISE, (whole: string, ...rest: unknown[]) => {
    const groups = rest.at(-1) as Readonly<Record<string, string | undefined>>;
    if (groups.time !== undefined) return '<time>';
    if (groups.id !== undefined) return '<id>';
    if (groups.near !== undefined) return '<near>->';
    if (groups.pod !== undefined) return '-<pod>';
    if (groups.number !== undefined) return '#';
    const isOfTheMoment = Number(groups.port?.slice(1) ?? 0) >= FIRST_EPHEMERAL_PORT;
    return isOfTheMoment ? `${groups.host}:#` : whole;
  });
}
