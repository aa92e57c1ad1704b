import type { ClusterOptions } from '../../session/watch-cluster.ts';

/** The output formats of `crashtop report`. */
export const REPORTS = ['md', 'html', 'json', 'openmetrics'] as const;
export type ReportFormat = (typeof REPORTS)[number];

/** The options of `crashtop report`, as given. */
export interface ReportOptions extends ClusterOptions {
  readonly last?: boolean;
  /** How long to watch the cluster, ms. */
  readonly for?: number;
  readonly from?: string;
  readonly to?: string;
  readonly format?: ReportFormat;
  readonly output: string;
  readonly overwrite?: boolean;
  readonly lenient?: boolean;
}
