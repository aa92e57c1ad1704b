import type { Config } from '../model/config.ts';
import { type ConfigKind, type ConfigRef, type ConfigUse, configsUsed } from '../model/config-reference.ts';
import type { TroubleKind } from '../model/trouble.ts';
import { configKey, hiddenIn, type PodRecord } from '../timeline/state.ts';
import type { Change, ChangeFacts, FailedConfig, Onset } from './change.ts';
import { beforeOf, CHANGE_WINDOW_MS, failed, isBefore, newest, once, onsetOf, TOLERANCE_MS } from './change-onset.ts';

// A release may write many at once: report this many.
const MAX_CONFIGS = 3;

/**
 * The ConfigMaps and Secrets that were written shortly before a container's trouble started, newest
 * first, if the trouble can depend on them. A new name belongs to a rollout; what existed before
 * the workload is no change.
 */
export function configChanges(facts: ChangeFacts, own: Onset): readonly Change[] {
  return referencesIn(facts, own.kind)
    .flatMap((ref) => configChange(facts, ref, own) ?? [])
    .sort((a, b) => (b.at ?? 0) - (a.at ?? 0))
    .slice(0, MAX_CONFIGS);
}

/** A kind of config that a container in trouble refers to and that permissions hide, and why. */
export interface HiddenConfigs {
  readonly kind: ConfigKind;
  readonly why: string;
}

/**
 * The kinds of config that the trouble can depend on and whose changes are invisible; none without
 * trouble.
 */
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

// Volumes fail for the whole pod; sandboxes and nodes do not depend on what the program reads.
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

// The newest write after which the first pod failed. Only the last write of each manager is known.
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

// An older pod may have failed before, unseen: then only the hour counts.
function isSoon(at: number, onset: Onset): boolean {
  const isYounger = onset.podMadeAt !== null && onset.podMadeAt >= at;
  return isYounger || (onset.unseenRuns > 0 && onset.at - at <= CHANGE_WINDOW_MS);
}

type Write = Pick<FailedConfig, 'at' | 'by' | 'isMadeAnew'>;

// Newest first.
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

// What ran with that name before it was created ran with another object, or without it.
function ranBefore({ containers }: PodRecord, at: number): boolean {
  return containers.some(({ ledger }) => ledger.some(({ startedAt }) => startedAt !== null && startedAt < at - TOLERANCE_MS));
}

/** A config that was written after trouble started, while its container has not started since. */
export interface LaterConfig {
  /** `ConfigMap app-config`. */
  readonly source: string;
  /** Epoch ms. */
  readonly at: number;
  /** '' if its manager gave no name. */
  readonly by: string;
}

/**
 * Configs written since the last start of a container in trouble, if only its environment uses
 * them: it reads these at its next start, not before. (A volume is updated while the program runs.)
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
