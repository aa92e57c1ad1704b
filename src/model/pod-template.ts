import { arrayOf, type Json, objectOf, stringOf } from '../text/json.ts';
import { safeLine } from '../text/safe-text.ts';

/**
 * The settings of a workload's pod template, flat, to compare two revisions field by field: from a
 * path (`api: image`, `api: resources.limits.memory`, `api: env DB_URL`) to its value, as safe
 * text. Leaves out args and values of the environment, as every recording does: they may hold
 * secrets. `api: args` is a digest (`KEY:DIGEST`, `KEY:` without args) that compares only with one
 * of the same key.
 */
export type PodTemplate = Readonly<Record<string, string>>;

/** Summarizes `spec.template` of a workload (of a CronJob, that of its Jobs). */
export function toPodTemplate(raw: Json): PodTemplate {
  const spec = objectOf(raw.spec);
  const fields: [string, string][] = annotationFields(objectOf(objectOf(raw.metadata).annotations));
  for (const list of ['initContainers', 'containers']) {
    for (const item of arrayOf(spec[list])) {
      const container = objectOf(item);
      const name = stringOf(container.name);
      for (const [path, value] of containerFields(container)) fields.push([`${name}: ${path}`, value]);
    }
  }
  for (const item of arrayOf(spec.volumes)) fields.push(...volumeFields(objectOf(item)));
  return Object.fromEntries(fields.map(([path, value]) => [safeLine(path), safeLine(value)]));
}

// Set by charts and by `kubectl rollout restart` to change a template that is otherwise the same.
const CHECKSUM = /^checksum\//;
const CHECKSUM_SHOWN = 12;
const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';

function annotationFields(annotations: Json): [string, string][] {
  return Object.entries(annotations)
    .filter(([key]) => CHECKSUM.test(key) || key === RESTARTED_AT)
    .map(([key, value]) => [
      `annotation ${key}`,
      CHECKSUM.test(key) ? stringOf(value).slice(0, CHECKSUM_SHOWN) : stringOf(value),
    ]);
}

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'];

function containerFields(container: Json): [string, string][] {
  const command = arrayOf(container.command).map(stringOf).join(' ');
  return [
    ['image', stringOf(container.image)],
    ...(command === '' ? [] : [['command', command] as [string, string]]),
    ...(typeof container.argsDigest === 'string' ? [['args', container.argsDigest] as [string, string]] : []),
    ...flat('resources', container.resources),
    ...PROBES.flatMap((probe) => flat(probe, container[probe])),
    ...arrayOf(container.env).map((item) => envField(objectOf(item))),
    ...arrayOf(container.envFrom).map((item) => envFromField(objectOf(item))),
  ];
}

// Probe headers may carry tokens.
const LEFT_OUT: ReadonlySet<string> = new Set(['httpHeaders', 'claims']);

// The numbers and strings below a value, each under its dotted path.
function flat(path: string, value: unknown): [string, string][] {
  if (typeof value === 'string' || typeof value === 'number') return [[path, String(value)]];
  if (Array.isArray(value)) return [[path, value.map(String).join(' ')]];
  return Object.entries(objectOf(value))
    .filter(([key]) => !LEFT_OUT.has(key))
    .flatMap(([key, below]) => flat(`${path}.${key}`, below));
}

function envField(env: Json): [string, string] {
  const from = objectOf(env.valueFrom);
  const configMap = objectOf(from.configMapKeyRef);
  const secret = objectOf(from.secretKeyRef);
  const field = stringOf(objectOf(from.fieldRef).fieldPath);
  const value =
    configMap.name !== undefined
      ? `configmap ${stringOf(configMap.name)}/${stringOf(configMap.key)}`
      : secret.name !== undefined
        ? `secret ${stringOf(secret.name)}/${stringOf(secret.key)}`
        : field !== ''
          ? `field ${field}`
          : 'set';
  return [`env ${stringOf(env.name)}`, value];
}

function envFromField(from: Json): [string, string] {
  const configMap = stringOf(objectOf(from.configMapRef).name);
  const secret = stringOf(objectOf(from.secretRef).name);
  const source = configMap === '' ? `secret ${secret}` : `configmap ${configMap}`;
  return [`envFrom ${source}`, stringOf(from.prefix) || 'all'];
}

function volumeFields(volume: Json): [string, string][] {
  const projected = arrayOf(objectOf(volume.projected).sources).map(objectOf);
  const configMaps = [volume, ...projected].map((source) => stringOf(objectOf(source.configMap).name));
  const secrets = [objectOf(volume.secret).secretName, ...projected.map((source) => objectOf(source.secret).name)].map(stringOf);
  const references = [
    ...configMaps.filter((name) => name !== '').map((name) => `configmap ${name}`),
    ...secrets.filter((name) => name !== '').map((name) => `secret ${name}`),
  ];
  return references.length === 0 ? [] : [[`volume ${stringOf(volume.name)}`, references.join(', ')]];
}
