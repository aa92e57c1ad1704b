import type { ClusterOptions } from '../../session/watch-cluster.ts';

/** What `crashtop report` writes. */
export const REPORTS = ['md', 'html', 'json', 'openmetrics'] as const;
export type ReportFormat = (typeof REPORTS)[number];

/** The options of `crashtop report`, as they were given. */
export interface ReportOptions extends ClusterOptions {
  readonly last?: boolean;
  /** How long the cluster is watched, ms. */
  readonly for?: number;
  readonly from?: string;
  readonly to?: string;
  readonly format?: ReportFormat;
  readonly output: string;
  readonly overwrite?: boolean;
  readonly lenient?: boolean;
}
