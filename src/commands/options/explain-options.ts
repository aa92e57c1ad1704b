import type { ClusterOptions } from '../../session/watch-cluster.ts';

/** The output formats of `crashtop explain`. */
export const EXPLANATIONS = ['text', 'json'] as const;

/** The options of `crashtop explain`, as given. */
export interface ExplainOptions extends ClusterOptions {
  readonly list?: boolean;
  /** What to read instead of the cluster: a recording, or output of kubectl. */
  readonly file?: readonly string[];
  readonly at?: string;
  readonly container?: string;
  readonly output: (typeof EXPLANATIONS)[number];
  readonly lenient?: boolean;
}
