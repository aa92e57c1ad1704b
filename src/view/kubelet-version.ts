import type { ClusterState } from '../timeline/cluster-state.ts';
import type { SourceInfo } from '../timeline/envelope.ts';
import type { Entry } from './entry.ts';

/** The version that says how late a kubelet is: its node's, else the server's; '' where neither is known. */
export function kubeletVersion(state: ClusterState, source: SourceInfo, entry: Entry): string {
  return state.nodes.get(entry.record.pod.spec.nodeName)?.kubeletVersion || source.serverVersion || '';
}
