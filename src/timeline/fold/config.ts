import type { Config, ConfigWrite } from '../../model/config.ts';
import { type ClusterState, configKey } from '../state.ts';

// An operator may write every few seconds.
const WRITES_KEPT = 20;

/**
 * Keeps the newest version of a ConfigMap or Secret, with the writes that earlier arrivals
 * reported: the object only holds each manager's last.
 */
export function foldConfig(state: ClusterState, config: Config, isDeleted: boolean): ClusterState {
  const key = configKey(config.kind, config.namespace, config.name);
  const before = state.configs.get(key);
  const isSame = before?.uid === config.uid;
  if (!isDeleted) return { ...state, configs: state.configs.set(key, isSame ? withWritesOf(before, config) : config) };
  // A recreated object may arrive before the deletion of the old one.
  return isSame ? { ...state, configs: state.configs.delete(key) } : state;
}

function withWritesOf(before: Config, config: Config): Config {
  const isKnown = (write: ConfigWrite) => config.writes.some(({ at, manager }) => at === write.at && manager === write.manager);
  const earlier = before.writes.filter((write) => !isKnown(write));
  if (earlier.length === 0) return config;
  return { ...config, writes: [...earlier, ...config.writes].toSorted((a, b) => a.at - b.at).slice(-WRITES_KEPT) };
}
