import { arrayOf, type Json, objectOf, stringOf, timeOf } from '../text/json.ts';
import { safeLine } from '../text/safe-text.ts';
import type { ConfigKind } from './config-reference.ts';
import { identityOf, metadataOf } from './pod.ts';

/** A write to the data of a ConfigMap or Secret: the last one by this manager. */
export interface ConfigWrite {
  /** `kubectl-edit`, `helm`; '' if it gave no name. */
  readonly manager: string;
  /** Epoch ms, whole seconds. */
  readonly at: number;
}

/** The metadata of a ConfigMap or a Secret: never its contents, nor the names of its keys. */
export interface Config {
  readonly kind: ConfigKind;
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly createdAt: number | null;
  /** Newest last. Unknown: the writes of a manager before its last one. */
  readonly writes: readonly ConfigWrite[];
}

/**
 * The fields of a ConfigMap or Secret that hold what a pod reads, as named in
 * `managedFields[].fieldsV1`; the others are labels and the like.
 */
export const DATA_FIELDS = ['f:data', 'f:binaryData', 'f:stringData', 'f:immutable'] as const;

// The cluster maintains tokens of service accounts itself: those writes are not changes.
const UPKEEP = 'kube-controller-manager';

/**
 * Projects a ConfigMap or Secret, or its PartialObjectMetadata.
 * @throws NotAKubernetesObject without a name or UID.
 */
export function toConfig(raw: Json, kind: ConfigKind): Config {
  const metadata = metadataOf(raw, kind);
  return {
    kind,
    ...identityOf(metadata),
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
