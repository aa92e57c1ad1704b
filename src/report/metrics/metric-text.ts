/** One metric and its meaning, as in both exposition formats. */
export interface MetricFamily {
  /**
   * Without the suffix that its type adds to samples (`_total`, `_info`). Ends with its unit, if
   * any.
   */
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'info' | 'stateset';
  readonly unit?: 'seconds';
  readonly help: string;
}

/** One value of one series. */
export interface Sample {
  /** As from {@link labelsText}; '' for none. */
  readonly labels: string;
  readonly value: number;
  /** Epoch ms; null means the time of reading. */
  readonly at: number | null;
}

/** OpenMetrics 1.0, or the Prometheus text format 0.0.4, which lacks units and some types. */
export type MetricFormat = 'openmetrics' | 'prometheus';

/** The end of an exposition: with it, OpenMetrics shows that nothing was lost. */
export const END: Readonly<Record<MetricFormat, string>> = { openmetrics: '# EOF\n', prometheus: '' };

const SUFFIX = { counter: '_total', gauge: '', info: '_info', stateset: '' } as const;
// The Prometheus format lacks these two types and reads them as gauges.
const PROMETHEUS_TYPE = { counter: 'counter', gauge: 'gauge', info: 'gauge', stateset: 'gauge' } as const;

/**
 * A family's header and its samples, which must stay together: those of one series in a row, oldest
 * first.
 */
export function* familyText(family: MetricFamily, samples: Iterable<Sample>, format: MetricFormat): Generator<string> {
  const sampled = family.name + SUFFIX[family.type];
  // In the older format, TYPE and HELP use the sample's name.
  const named = format === 'openmetrics' ? family.name : sampled;
  const type = format === 'openmetrics' ? family.type : PROMETHEUS_TYPE[family.type];
  const unit = format === 'openmetrics' && family.unit !== undefined ? `# UNIT ${named} ${family.unit}\n` : '';
  yield `# TYPE ${named} ${type}\n${unit}# HELP ${named} ${escapeHelp(family.help, format)}\n`;
  for (const { labels, value, at } of samples) {
    const time = at === null ? '' : ` ${format === 'openmetrics' ? at / 1000 : at}`;
    yield `${sampled}${labels} ${value}${time}\n`;
  }
}

/** `{namespace="shop",pod="api-1"}`. Escapes values; names are our own. */
export function labelsText(labels: Readonly<Record<string, string>>): string {
  const parts = Object.entries(labels).map(([name, value]) => `${name}="${escapeValue(value)}"`);
  return parts.length === 0 ? '' : `{${parts.join(',')}}`;
}

function escapeValue(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function escapeHelp(text: string, format: MetricFormat): string {
  return format === 'openmetrics' ? escapeValue(text) : text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
}
