import type { Clock } from '../model/clock.ts';
import type { DebugLog } from '../process/debug-log.ts';
import type { RequestOutcome } from '../sources/kubernetes/http/request-outcome.ts';
import type { ReflectorStep } from '../sources/kubernetes/watch/reflector.ts';
import type { Action, ReflectorEvent, ReflectorState } from '../sources/kubernetes/watch/reflector-state.ts';

/**
 * How long to count arrivals before writing them in one line: a busy cluster sends thousands a
 * second.
 */
const COUNTED_FOR_MS = 1000;

/** Arrivals of one collection since `from`, by verb. */
interface Counted {
  readonly from: number;
  readonly verbs: Map<string, number>;
}

/**
 * Writes a watched cluster's requests and reflector steps to a debug log. Only paths, numbers and
 * crashtop's own words are written, nothing from a server, a plug-in or a kubeconfig.
 */
export class WatchLog {
  readonly #log: Pick<DebugLog, 'write'>;
  readonly #clock: Clock;
  readonly #counted = new Map<string, Counted>();

  constructor(log: Pick<DebugLog, 'write'>, clock: Clock) {
    this.#log = log;
    this.#clock = clock;
  }

  readonly request = ({ path, status, ms, bytes, end }: RequestOutcome): void => {
    this.#log.write('request', `GET ${path} ${status ?? '-'} ${end} ${ms} ms ${bytes} bytes`);
  };

  readonly step = (step: ReflectorStep): void => {
    const { kind, namespace, event, from, to, actions } = step;
    const collection = `${kind} ${namespace ?? '(all namespaces)'}`;
    const isArrival = event.type === 'arrived' && from.phase.type === to.phase.type;
    if (isArrival) this.#count(collection, event.verb);
    else this.#tell(collection);
    if (isArrival && actions.every(({ type }) => type === 'emit')) return;
    const words = [...actions.map(actionText), ...(to.failure === from.failure ? [] : [failureText(to)])].join(', ');
    this.#log.write('watch', `${collection}: ${eventText(event)}: ${phasesText(from, to)}${words === '' ? '' : `; ${words}`}`);
  };

  #count(collection: string, verb: string): void {
    const now = this.#clock.now();
    const before = this.#counted.get(collection);
    if (before !== undefined && now - before.from >= COUNTED_FOR_MS) this.#tell(collection);
    const counted = this.#counted.get(collection) ?? { from: now, verbs: new Map() };
    counted.verbs.set(verb, (counted.verbs.get(verb) ?? 0) + 1);
    this.#counted.set(collection, counted);
  }

  #tell(collection: string): void {
    const counted = this.#counted.get(collection);
    if (counted === undefined) return;
    this.#counted.delete(collection);
    const verbs = Array.from(counted.verbs, ([verb, count]) => `${count} ${verb}`).join(', ');
    this.#log.write('watch', `${collection}: ${verbs} since ${new Date(counted.from).toISOString().slice(11, 23)}`);
  }
}

function phasesText({ phase: from }: ReflectorState, { phase: to }: ReflectorState): string {
  return from.type === to.type ? to.type : `${from.type} -> ${to.type}`;
}

function failureText({ failure }: ReflectorState): string {
  return failure === null ? 'overcome' : `failure ${failure.kind}`;
}

function eventText(event: ReflectorEvent): string {
  switch (event.type) {
    case 'page':
      return `page of ${event.page.items.length}${event.page.continue === '' ? '' : ', more follow'}`;
    case 'arrived':
      return `arrived ${event.verb}`;
    case 'failed':
      return `failed ${event.failure.kind}`;
    default:
      return event.type;
  }
}

function actionText(action: Action): string {
  switch (action.type) {
    case 'list':
      return `list ${action.limit ?? 'all'}${action.continue === '' ? '' : ', from where the page ended'}`;
    case 'wait':
    case 'settle':
      return `${action.type} ${Math.round(action.ms)} ms`;
    case 'emit':
      return `emit ${reportText(action.report)}`;
    default:
      return action.type;
  }
}

function reportText(report: (Action & { readonly type: 'emit' })['report']): string {
  if (report.type === 'snapshot') return `a list of ${report.items.length}${report.more ? ', more follow' : ''}`;
  if (report.type === 'gap') return report.open ? 'an open gap' : 'the end of a gap';
  return report.type;
}
