import { arrayOf, type Json, objectOf, stringOf } from '../text/json.ts';
import { safeLine } from '../text/safe-text.ts';

/** The kinds of object that hold a pod's configuration. Of them crashtop keeps metadata alone. */
export const CONFIG_KINDS = ['ConfigMap', 'Secret'] as const;
export type ConfigKind = (typeof CONFIG_KINDS)[number];

/** A ConfigMap or Secret that a pod's spec names, in the pod's own namespace. */
export interface ConfigRef {
  readonly kind: ConfigKind;
  readonly name: string;
  /** May the pod run without it? */
  readonly isOptional: boolean;
}

/** One that a volume of the pod holds. */
export interface VolumeConfigRef extends ConfigRef {
  readonly volume: string;
}

/** The configuration of a pod as a whole. */
export interface PodConfigs {
  readonly volumes: readonly VolumeConfigRef[];
  /** The Secrets by which its images are pulled. */
  readonly pull: readonly ConfigRef[];
}

/** The cluster's root CA, published in each namespace and projected into nearly each pod (root_ca_cert_publisher.go): nobody's change. */
export const ROOT_CA = 'kube-root-ca.crt';

/** What the environment of a container takes from ConfigMaps and Secrets (`env[].valueFrom`, `envFrom`), each once; none: undefined. */
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

/** What the volumes of a pod, and the pulls of its images, take from ConfigMaps and Secrets; none: undefined. */
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

// Named twice, it may be missing only where it may be both times.
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

/** How a trouble can rest on what a pod refers to: by what its containers read, what its volumes hold, or what pulls its images. */
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
 * The ConfigMaps and Secrets of a pod's spec that are used so, each once.
 * @param container of the containers only this one; without, all of them.
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
