import type { Json } from '../../../text/json.ts';

/**
 * An unchecked entry of a kubeconfig's clusters, users or contexts: its fields are checked when it
 * is chosen.
 */
export interface KubeconfigEntry {
  readonly name: string;
  /** The content beside the name: `cluster`, `user` or `context`. */
  readonly body: Json;
  /** The file that holds it: its paths are relative to that. */
  readonly file: string;
}
