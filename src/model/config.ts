import { arrayOf, type Json, objectOf, stringOf, timeOf } from '../text/json.ts';
import { safeLine } from '../text/safe-text.ts';
import type { ConfigKind } from './config-reference.ts';
import { metadataOf } from './pod.ts';

/** Somebody wrote data of a ConfigMap or Secret: the last time that this manager did. */
export interface ConfigWrite {
  /** `kubectl-edit`, `helm`; '' where it gave no name. */
  readonly manager: string;
  /** Epoch ms, whole seconds. */
  readonly at: number;
}

/** A ConfigMap or a Secret by its metadata: never what it holds, nor the names of its keys. */
export interface Config {
  readonly kind: ConfigKind;
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly createdAt: number | null;
  /** The newest last. Of those before the last of the same manager, nothing is known. */
  readonly writes: readonly ConfigWrite[];
}

/** The fields of a ConfigMap or Secret that hold what a pod reads, as `managedFields[].fieldsV1` names them; all else is labels and the like. */
export const DATA_FIELDS = ['f:data', 'f:binaryData', 'f:stringData', 'f:immutable'] as const;

// What the cluster itself keeps up (tokens of service accounts) is nobody's change.
const UPKEEP = 'kube-controller-manager';

/** Projects a ConfigMap or Secret, or its PartialObjectMetadata. @throws NotAKubernetesObject where name or UID are missing. */
export function toConfig(raw: Json, kind: ConfigKind): Config {
  const metadata = metadataOf(raw, kind);
  return {
    kind,
    uid: safeLine(metadata.uid as string),
    namespace: safeLine(stringOf(metadata.namespace)),
    name: safeLine(metadata.name as string),
    createdAt: timeOf(metadata.creationTimestamp),
    writes: arrayOf(metadata.managedFields)
      .flatMap((entry) => writeOf(objectOf(entry)))
      .sort((a, b) => a.at - b.at),
  };
}

function writeOf({ manager, time, fieldsV1 }: Json): ConfigWrite[] {
  const at = timeOf(time);
  const written = objectOf(fieldsV1);
  const who = safeLine(stringOf(manager));
  if (at === null || who === UPKEEP || !DATA_FIELDS.some((field) => written[field] !== undefined)) return [];
  return [{ manager: who, at }];
}
