import type { Node } from '../../model/resources.ts';
import type { ClusterState } from '../state.ts';

/**
 * Keeps the newest version of a node, and notes when its kubelet's version changes.
 * @param at epoch ms.
 */
export function foldNode(state: ClusterState, node: Node, at: number): ClusterState {
  const before = state.nodes.get(node.name);
  const next = { ...state, nodes: state.nodes.set(node.name, node) };
  const [from, to] = [before?.kubeletVersion ?? '', node.kubeletVersion];
  if (before?.uid !== node.uid || from === '' || to === '' || from === to) return next;
  return { ...next, upgrades: state.upgrades.set(node.name, { from, to, at }) };
}
