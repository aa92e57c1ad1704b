import type { Resource } from '../../model/resources.ts';
import type { ClusterState } from '../state.ts';
import { foldConfig } from './config.ts';
import { foldEvent } from './event.ts';
import { foldNode } from './node.ts';
import { foldOwner } from './owner.ts';
import { foldPod } from './pod.ts';

/**
 * Folds one object by its kind.
 * @param at when it arrived, epoch ms.
 * @param line its line of the recording; 0 if live.
 */
export function foldObject(state: ClusterState, object: Resource, isDeleted: boolean, at: number, line: number): ClusterState {
  switch (object.kind) {
    case 'Pod':
      return foldPod(state, object, isDeleted, at, line);
    case 'Event':
      // Deleted means expired, after an hour: the event did happen.
      return isDeleted ? state : foldEvent(state, object);
    case 'Node':
      return isDeleted ? { ...state, nodes: state.nodes.delete(object.name) } : foldNode(state, object, at);
    case 'ConfigMap':
    case 'Secret':
      return foldConfig(state, object, isDeleted);
    default:
      return foldOwner(state, object, isDeleted, at);
  }
}
