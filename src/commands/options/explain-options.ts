import type { ClusterOptions } from '../../session/watch-cluster.ts';

/** How `crashtop explain` prints. */
export const EXPLANATIONS = ['text', 'json'] as const;

/** The options of `crashtop explain`, as they were given. */
export interface ExplainOptions extends ClusterOptions {
  readonly list?: boolean;
  /** What to look into instead of the cluster: a recording, or what kubectl printed. */
  readonly file?: readonly string[];
  readonly at?: string;
  readonly container?: string;
  readonly output: (typeof EXPLANATIONS)[number];
  readonly lenient?: boolean;
}
