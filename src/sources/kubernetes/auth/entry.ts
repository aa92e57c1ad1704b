import type { Json } from '../../../text/json.ts';

/** An entry of a kubeconfig's clusters, users or contexts, as it stands there: its fields are checked when it is chosen. */
export interface KubeconfigEntry {
  readonly name: string;
  /** What stands beside the name: `cluster`, `user` or `context`. */
  readonly body: Json;
  /** The file that it stands in: its paths are relative to that. */
  readonly file: string;
}
