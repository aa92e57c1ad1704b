import type { Config, ConfigWrite } from '../../model/config.ts';
import { type ClusterState, configKey } from '../state.ts';

// An operator may write every few seconds.
const WRITES_KEPT = 20;

/** Keeps the newest of a ConfigMap or Secret, with the writes that earlier arrivals told: the object has only each manager's last. */
export function foldConfig(state: ClusterState, config: Config, isDeleted: boolean): ClusterState {
  const key = configKey(config.kind, config.namespace, config.name);
  const before = state.configs.get(key);
  const isSame = before?.uid === config.uid;
  if (!isDeleted) return { ...state, configs: state.configs.set(key, isSame ? withWritesOf(before, config) : config) };
  // One that was made anew may be told before the end of the old one.
  return isSame ? { ...state, configs: state.configs.delete(key) } : state;
}

function withWritesOf(before: Config, config: Config): Config {
  const isKnown = (write: ConfigWrite) => config.writes.some(({ at, manager }) => at === write.at && manager === write.manager);
  const earlier = before.writes.filter((write) => !isKnown(write));
  if (earlier.length === 0) return config;
  return { ...config, writes: [...earlier, ...config.writes].toSorted((a, b) => a.at - b.at).slice(-WRITES_KEPT) };
}
