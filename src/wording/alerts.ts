import type { Alert, AlertEvent } from '../diagnosis/acknowledgement/alerts.ts';
import { cutEnd } from '../text/cells.ts';

const WORDS: Readonly<Record<AlertEvent, string>> = {
  loop: 'is crash-looping',
  cause: 'loops for another reason',
  recovered: 'has recovered',
  gone: 'is gone',
};

// No desktop shows a longer notification.
const LONGEST = 160;

/**
 * The alert on one safe line: "shop/api is crash-looping: OOMKilled, limit 48Mi (0/2 available)".
 */
export function alertText(alert: Alert): string {
  const { event, workload, cause, available, desired } = alert;
  const why = cause === null || event === 'gone' || event === 'recovered' ? '' : `: ${cause.summary}`;
  const left = event === 'gone' ? '' : ` (${available}/${desired} available)`;
  const what = `${workload.namespace}/${workload.name} ${WORDS[event]}`;
  return `${cutEnd(what + why, LONGEST - left.length)}${left}`;
}
