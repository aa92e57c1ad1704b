import type { ContainerSpec, Pod, ProbeTiming } from './pod.ts';
import type { PodTemplate } from './pod-template.ts';

/**
 * One field that differs between two templates of a workload. Safe text; null if the field is
 * absent on that side.
 */
export interface FieldChange {
  /** As in a {@link PodTemplate}: `api: image`, `volume tls`. */
  readonly path: string;
  readonly from: string | null;
  readonly to: string | null;
}

// Most frequent culprits first; fields not named here come last.
const ORDER: readonly RegExp[] = [
  /: image$/,
  /: command$/,
  /: args$/,
  /: resources\./,
  /: env /,
  /: envFrom /,
  /^volume /,
  /Probe\./,
  /^annotation checksum\//,
];

/**
 * The fields that differ between two templates, most important first. For args it only says that
 * they differ: the value is `set`.
 */
export function templateChanges(before: PodTemplate, after: PodTemplate): readonly FieldChange[] {
  const paths = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...paths]
    .map((path) => ({ path, from: before[path] ?? null, to: after[path] ?? null }))
    .filter(({ from, to }) => from !== to)
    .flatMap((change) => (change.path.endsWith(': args') ? argsChange(change) : [change]))
    .sort((a, b) => rankOf(a.path) - rankOf(b.path));
}

// Digests under two keys, or a single digest, cannot be compared.
function argsChange({ path, from, to }: FieldChange): readonly FieldChange[] {
  const [fromKey, fromDigest] = from?.split(':') ?? [];
  const [toKey, toDigest] = to?.split(':') ?? [];
  if (fromKey === undefined || fromKey !== toKey) return [];
  return [{ path, from: fromDigest === '' ? null : 'set', to: toDigest === '' ? null : 'set' }];
}

function rankOf(path: string): number {
  const rank = ORDER.findIndex((pattern) => pattern.test(path));
  return rank < 0 ? ORDER.length : rank;
}

/**
 * The part of a pod's template that the pod itself shows: to compare two pods whose workload
 * objects are not known.
 */
export function templateOfPod({ spec }: Pod): PodTemplate {
  const fields = spec.containers
    .filter((container) => container.type !== 'ephemeral')
    .flatMap((container) => fieldsOf(container).map(([path, value]) => [`${container.name}: ${path}`, value] as const));
  return Object.fromEntries(fields);
}

function fieldsOf(container: ContainerSpec): (readonly [string, string])[] {
  const { image, memoryLimit, livenessTiming, startupTiming, hasReadinessProbe } = container;
  return [
    ['image', image],
    ...(memoryLimit === null ? [] : [['resources.limits.memory', memoryLimit] as const]),
    ...(livenessTiming === undefined ? [] : probeFields('livenessProbe', livenessTiming)),
    ...(startupTiming === undefined ? [] : probeFields('startupProbe', startupTiming)),
    ...(hasReadinessProbe ? [['readinessProbe', 'set'] as const] : []),
  ];
}

function probeFields(probe: string, timing: ProbeTiming): (readonly [string, string])[] {
  return [
    [`${probe}.initialDelaySeconds`, String(timing.initialDelayMs / 1000)],
    [`${probe}.periodSeconds`, String(timing.periodMs / 1000)],
    [`${probe}.failureThreshold`, String(timing.failureThreshold)],
    [`${probe}.terminationGracePeriodSeconds`, String(timing.graceMs / 1000)],
  ];
}
