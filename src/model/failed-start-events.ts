import type { KubeEvent } from './resources.ts';

// images/image_manager.go and kuberuntime_manager.go write them. "Error: " and a waiting reason stands for one of the others.
const OF_AN_IMAGE =
  /^(?:Error: (?:ErrImage|ImagePull|ImageInspect|InvalidImage|Registry|Signature)|Failed to (?:pull|inspect|apply)|Back-off pulling|Container image )/;

/** Does the event tell that the image of a container could not be had? */
export function isImageFailure({ reason, message }: Pick<KubeEvent, 'reason' | 'message'>): boolean {
  return reason === 'InspectFailed' || reason === 'ErrImageNeverPull' || OF_AN_IMAGE.test(message);
}
