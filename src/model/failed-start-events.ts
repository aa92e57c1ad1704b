import type { KubeEvent } from './resources.ts';

// Written by images/image_manager.go and kuberuntime_manager.go. "Error: " with a waiting reason
// repeats one of the others.
const OF_AN_IMAGE =
  /^(?:Error: (?:ErrImage|ImagePull|ImageInspect|InvalidImage|Registry|Signature)|Failed to (?:pull|inspect|apply)|Back-off pulling|Container image )/;

/** Does the event say that a container's image could not be obtained? */
export function isImageFailure({ reason, message }: Pick<KubeEvent, 'reason' | 'message'>): boolean {
  return reason === 'InspectFailed' || reason === 'ErrImageNeverPull' || OF_AN_IMAGE.test(message);
}
