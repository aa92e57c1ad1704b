import { arrayOf, type Json, objectOf, stringOf } from '../text/json.ts';
import { safeLine } from '../text/safe-text.ts';

/** The kinds of object that hold a pod's configuration. crashtop keeps only their metadata. */
export const CONFIG_KINDS = ['ConfigMap', 'Secret'] as const;
export type ConfigKind = (typeof CONFIG_KINDS)[number];

/** A ConfigMap or Secret that a pod's spec names, in the pod's own namespace. */
export interface ConfigRef {
  readonly kind: ConfigKind;
  readonly name: string;
  /** May the pod run without it? */
  readonly isOptional: boolean;
}

/** A ConfigMap or Secret in a volume of the pod. */
export interface VolumeConfigRef extends ConfigRef {
  readonly volume: string;
}

/** The configuration of a whole pod. */
export interface PodConfigs {
  readonly volumes: readonly VolumeConfigRef[];
  /** Its imagePullSecrets. */
  readonly pull: readonly ConfigRef[];
}

/**
 * The cluster's root CA, published in each namespace and projected into nearly every pod
 * (root_ca_cert_publisher.go): its writes are not changes.
 */
export const ROOT_CA = 'kube-root-ca.crt';

/**
 * The ConfigMaps and Secrets in a container's environment (`env[].valueFrom`, `envFrom`), each
 * once; undefined if there are none.
 */
export function envConfigsOf({ env, envFrom }: Json): readonly ConfigRef[] | undefined {
  const values = arrayOf(env).map((entry) => objectOf(objectOf(entry).valueFrom));
  const single = values.flatMap((from) => [
    refOf('ConfigMap', from.configMapKeyRef, 'name'),
    refOf('Secret', from.secretKeyRef, 'name'),
  ]);
  const whole = arrayOf(envFrom).flatMap((raw) => {
    const { configMapRef, secretRef } = objectOf(raw);
    return [refOf('ConfigMap', configMapRef, 'name'), refOf('Secret', secretRef, 'name')];
  });
  const refs = merged([...single, ...whole]);
  return refs.length === 0 ? undefined : refs;
}

/** The names of the volumes that a container mounts. */
export function mountsOf({ volumeMounts }: Json): readonly string[] {
  return arrayOf(volumeMounts).map((mount) => safeLine(stringOf(objectOf(mount).name)));
}

/**
 * The ConfigMaps and Secrets in a pod's volumes, and its imagePullSecrets; undefined if there are
 * none.
 */
export function podConfigsOf(spec: Json): PodConfigs | undefined {
  const volumes = arrayOf(spec.volumes).flatMap((raw) => {
    const { name, configMap, secret, projected } = objectOf(raw);
    const volume = safeLine(stringOf(name));
    const sources = arrayOf(objectOf(projected).sources).flatMap((source) => {
      const of = objectOf(source);
      return [refOf('ConfigMap', of.configMap, 'name'), refOf('Secret', of.secret, 'name')];
    });
    const own = [refOf('ConfigMap', configMap, 'name'), refOf('Secret', secret, 'secretName')];
    return merged([...own, ...sources]).map((ref) => ({ ...ref, volume }));
  });
  const pull = merged(arrayOf(spec.imagePullSecrets).map((secret) => refOf('Secret', secret, 'name')));
  return volumes.length + pull.length === 0 ? undefined : { volumes, pull };
}

function refOf(kind: ConfigKind, raw: unknown, field: 'name' | 'secretName'): ConfigRef | null {
  const ref = objectOf(raw);
  const name = safeLine(stringOf(ref[field]));
  if (name === '' || (kind === 'ConfigMap' && name === ROOT_CA)) return null;
  return { kind, name, isOptional: ref.optional === true };
}

// If named twice, it is optional only if it is optional both times.
function merged(refs: readonly (ConfigRef | null)[]): readonly ConfigRef[] {
  const byName = new Map<string, ConfigRef>();
  for (const ref of refs) {
    if (ref === null) continue;
    const key = `${ref.kind}/${ref.name}`;
    const known = byName.get(key);
    byName.set(key, known === undefined || known.isOptional ? ref : known);
  }
  return [...byName.values()];
}

/**
 * How a problem can depend on a pod's references: on what its containers read, what its volumes
 * hold, or what pulls its images.
 */
export type ConfigUse = 'containers' | 'volumes' | 'pull';

interface ConfiguredPod {
  readonly configs?: PodConfigs;
  readonly containers: readonly {
    readonly name: string;
    readonly envConfigs?: readonly ConfigRef[];
    readonly configMounts?: readonly string[];
  }[];
}

/**
 * The ConfigMaps and Secrets of a pod's spec with that use, each once.
 * @param container only this container's; without it, all containers'.
 */
export function configsUsed({ configs, containers }: ConfiguredPod, use: ConfigUse, container?: string): readonly ConfigRef[] {
  if (use === 'pull') return configs?.pull ?? [];
  if (use === 'volumes') return merged((configs?.volumes ?? []).map(withoutVolume));
  const asked = container === undefined ? containers : containers.filter(({ name }) => name === container);
  const env = asked.flatMap(({ envConfigs = [] }) => envConfigs);
  const mounts = new Set(asked.flatMap(({ configMounts = [] }) => configMounts));
  return merged([...env, ...(configs?.volumes ?? []).filter(({ volume }) => mounts.has(volume)).map(withoutVolume)]);
}

function withoutVolume({ kind, name, isOptional }: VolumeConfigRef): ConfigRef {
  return { kind, name, isOptional };
}
