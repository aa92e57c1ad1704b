import type { Config } from '../model/config.ts';
import { type ConfigKind, type ConfigRef, type ConfigUse, configsUsed } from '../model/config-reference.ts';
import type { TroubleKind } from '../model/trouble.ts';
import { configKey, hiddenIn, type PodRecord } from '../timeline/state.ts';
import type { Change, ChangeFacts, FailedConfig, Onset } from './change.ts';
import { beforeOf, CHANGE_WINDOW_MS, failed, isBefore, newest, once, onsetOf, TOLERANCE_MS } from './change-onset.ts';

// A release writes many at once: these are told.
const CONFIGS_TOLD = 3;

/**
 * The ConfigMaps and Secrets that somebody wrote shortly before the trouble of a container began, the newest first, of those that it
 * can rest on. A new name is a rollout's; what its workload found when it was made is no change.
 */
export function configChanges(facts: ChangeFacts, own: Onset): readonly Change[] {
  return referencesIn(facts, own.kind)
    .flatMap((ref) => configChange(facts, ref, own) ?? [])
    .sort((a, b) => (b.at ?? 0) - (a.at ?? 0))
    .slice(0, CONFIGS_TOLD);
}

/** A kind of config that a container in trouble refers to and that rights hide, and why. */
export interface HiddenConfigs {
  readonly kind: ConfigKind;
  readonly why: string;
}

/** Of which kinds of config that the trouble of a container can rest on nobody can say whether they changed; none without trouble. */
export function hiddenConfigs(facts: ChangeFacts): readonly HiddenConfigs[] {
  const own = onsetOf(facts, facts.record);
  if (own === null) return [];
  const kinds = new Set(referencesIn(facts, own.kind).map(({ kind }) => kind));
  return [...kinds].toSorted().flatMap((kind) => {
    const why = hiddenIn(facts.state, RESOURCES[kind], facts.record.pod.namespace);
    return why === null ? [] : [{ kind, why }];
  });
}

const RESOURCES: Readonly<Record<ConfigKind, string>> = { ConfigMap: 'configmaps', Secret: 'secrets' };

function referencesIn({ record, container }: ChangeFacts, kind: TroubleKind): readonly ConfigRef[] {
  const use = USES[kind];
  return use === null ? [] : configsUsed(record.pod.spec, use, container);
}

// Volumes fail for the pod as a whole; sandboxes and nodes have nothing to do with what the program reads.
const USES: Readonly<Record<TroubleKind, ConfigUse | null>> = {
  crash: 'containers',
  start: 'containers',
  config: 'containers',
  volume: 'volumes',
  image: 'pull',
  sandbox: null,
  scheduling: null,
};

function configChange(facts: ChangeFacts, { kind, name }: ConfigRef, own: Onset): Change | null {
  const { state, record, container, pods } = facts;
  const config = state.configs.get(configKey(kind, record.pod.namespace, name));
  if (config === undefined) return null;
  const key = `${container} ${USES[own.kind]} ${kind}/${name}`;
  const change = once(pods.configs, key, () => failedConfig(facts, config, own.kind));
  if (change === null || own.at < change.at) return null;
  const { at, by, isMadeAnew, onset } = change;
  const words = { ...(by === '' ? {} : { by }), ...(isMadeAnew ? { isMadeAnew } : {}) };
  return { kind: 'config', source: `${kind} ${name}`, ...beforeOf(at, onset), fields: null, ...words };
}

// The newest write behind which the first of the pods failed: nobody knows of those before the last of the same manager.
function failedConfig(facts: ChangeFacts, config: Config, kind: TroubleKind): FailedConfig | null {
  const { records } = facts.pods;
  const users = records.filter((record) => referencesIn({ ...facts, record }, kind).some((ref) => isNamed(ref, config)));
  const onsets = onsetsOf(facts).filter((onset, i) => onset !== null && users.includes(records[i] as PodRecord));
  for (const write of writesOf(facts, config, users)) {
    const onset = onsetBehind(write.at, onsets as readonly Onset[], facts);
    if (onset !== null) return { ...write, onset };
  }
  return null;
}

function isNamed({ kind, name }: ConfigRef, config: Config): boolean {
  return kind === config.kind && name === config.name;
}

function onsetsOf(facts: ChangeFacts): readonly (Onset | null)[] {
  const { container, pods } = facts;
  return once(pods.onsets, container, () => pods.records.map((record) => onsetOf(facts, record)));
}

function onsetBehind(at: number, onsets: readonly Onset[], facts: ChangeFacts): Onset | null {
  const later = onsets.filter((onset) => onset.at >= at);
  const onset = newest(later, (other) => -other.at);
  if (onset === undefined || !isBefore(at, onset) || failed(facts, facts.pods.records, at)) return null;
  if (later.some(({ begunBy }) => begunBy < at)) return null;
  return onset.isLatest && !isSoon(at, onset) ? null : onset;
}

// A pod that is older may have failed before, unseen: then only the hour counts.
function isSoon(at: number, onset: Onset): boolean {
  const isYounger = onset.podMadeAt !== null && onset.podMadeAt >= at;
  return isYounger || (onset.unseenRuns > 0 && onset.at - at <= CHANGE_WINDOW_MS);
}

type Write = Pick<FailedConfig, 'at' | 'by' | 'isMadeAnew'>;

// The newest first.
function writesOf({ state, record, pods }: ChangeFacts, config: Config, users: readonly PodRecord[]): readonly Write[] {
  const { createdAt, writes } = config;
  const isCreation = (at: number) => createdAt !== null && at <= createdAt + TOLERANCE_MS;
  const owner = state.statuses.get(record.workload.key)?.owner;
  const made = [owner?.createdAt ?? null, ...pods.records.map(({ pod }) => pod.createdAt)].filter((at) => at !== null);
  const firstMade = Math.min(...made);
  const changes = writes
    .filter(({ at }) => !isCreation(at) && at > firstMade)
    .map(({ at, manager }): Write => ({ at, by: manager, isMadeAnew: false }));
  if (createdAt !== null && users.some((user) => ranBefore(user, createdAt))) {
    const by = writes.find(({ at }) => isCreation(at))?.manager ?? '';
    changes.push({ at: createdAt, by, isMadeAnew: true });
  }
  return changes.toSorted((a, b) => b.at - a.at);
}

// What ran by that name before it was created ran by another one, or without it.
function ranBefore({ containers }: PodRecord, at: number): boolean {
  return containers.some(({ ledger }) => ledger.some(({ startedAt }) => startedAt !== null && startedAt < at - TOLERANCE_MS));
}

/** A config that was written after a trouble began, while its container has not started since. */
export interface LaterConfig {
  /** `ConfigMap app-config`. */
  readonly source: string;
  /** Epoch ms. */
  readonly at: number;
  /** '' where its manager gave no name. */
  readonly by: string;
}

/**
 * What was written since the container in trouble started last, of the configs that its environment alone is made of: those it reads
 * when it starts, and no sooner. (A volume is updated under a program that runs.)
 */
export function configsForNextStart(facts: ChangeFacts): readonly LaterConfig[] {
  const { state, record, container: name } = facts;
  const own = onsetOf(facts, record);
  const spec = record.pod.spec.containers.find((container) => container.name === name);
  const lastStart = lastStartOf(record, name);
  if (own === null || lastStart === null || record.goneAt !== null || record.pod.deletionAt !== null) return [];
  const mounted = configsUsed(
    { ...record.pod.spec, containers: [{ name, configMounts: spec?.configMounts ?? [] }] },
    'containers',
  );
  return (spec?.envConfigs ?? []).flatMap((ref) => {
    const config = state.configs.get(configKey(ref.kind, record.pod.namespace, ref.name));
    const write = config?.writes.at(-1);
    if (config === undefined || write === undefined || mounted.some((other) => isNamed(other, config))) return [];
    const isLater = write.at > own.at && write.at > lastStart + TOLERANCE_MS;
    return isLater ? [{ source: `${ref.kind} ${ref.name}`, at: write.at, by: write.manager }] : [];
  });
}

function lastStartOf({ containers }: PodRecord, name: string): number | null {
  return containers.find((container) => container.name === name)?.ledger.at(-1)?.startedAt ?? null;
}
