import type { Pod, Termination } from '../../../model/pod.ts';
import { TRUNCATION_MS } from '../../../text/json.ts';
import { type ApiReader, collectionPath } from '../http/api-reader.ts';
import { ConnectionError } from '../http/connection-error.ts';

/** A run of a container, and the place where its log is looked for. */
export interface LoggedRun {
  readonly pod: Pod;
  readonly container: string;
  readonly run: Termination;
  /** The API parameter: the instance before the newest one? */
  readonly previous: boolean;
}

/** The end of a log; `truncated`: there is more before it. */
export interface LogTail {
  readonly text: string;
  readonly truncated: boolean;
}

/** The most bytes to ask for. */
export const LOG_BYTES = 64 * 1024;
// limitBytes cuts the lines chosen by tailLines at their end, but the end matters most: asks for
// fewer lines then.
const TAILS = [200, 20, 1] as const;
// A container may print before the runtime notes its start: by up to 57 ms in 1,035 logs of the
// recordings.
const EARLY_MS = 500;

/**
 * Reads the last lines that fit. @throws ConnectionError; of kind `rejected` if the text says that
 * there is no log.
 */
export async function fetchLog(api: ApiReader, { pod, container, previous }: LoggedRun, signal: AbortSignal): Promise<LogTail> {
  const path = `${collectionPath('pods', pod.namespace)}/${encodeURIComponent(pod.name)}/log`;
  const query = { container, previous, timestamps: true, limitBytes: LOG_BYTES };
  for (const [index, lines] of TAILS.entries()) {
    // One line more than is kept shows whether there are more.
    const answer = await api.getText(path, { ...query, tailLines: lines + 1 }, { signal });
    if (answer.status === 204) throw noLog('the pod has no container yet');
    if (NO_LOG.test(answer.text)) throw noLog(answer.text.trim());
    const isCut = Buffer.byteLength(answer.text) >= LOG_BYTES;
    if (isCut && index < TAILS.length - 1) continue;
    const tail = lastLines(answer.text, lines);
    return { text: tail, truncated: isCut || tail.length < answer.text.length };
  }
  throw noLog('its last line does not fit');
}

function noLog(detail: string): ConnectionError {
  return new ConnectionError('rejected', detail, { detail });
}

// Streaming has begun by then, so the kubelet can only say this in the body of a 200.
const NO_LOG = /^(?:\S+Z )?unable to retrieve container logs for \S+\s*$/;

function lastLines(text: string, count: number): string {
  const body = text.endsWith('\n') ? text.slice(0, -1) : text;
  let from = body.length;
  for (let i = 0; i < count && from >= 0; i++) from = body.lastIndexOf('\n', from - 1);
  return from < 0 ? text : text.slice(from + 1);
}

/**
 * The value of `previous` that gives the log of a run: `false` gives the running instance, else the
 * one in state.terminated, else the one in lastState; `true` always the one in lastState. null if
 * neither gives it any more.
 */
export function placeOf({ pod, container, run }: Omit<LoggedRun, 'previous'>): boolean | null {
  const status = pod.containers.find((c) => c.name === container);
  if (status?.state.type === 'terminated' && status.state.containerID === run.containerID) return false;
  return status?.last?.containerID === run.containerID ? true : null;
}

const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?)\d*(Z|[+-]\d\d:\d\d) /;

/**
 * Tells whose log this is. The answer names no container, but the runtime stamped each line with
 * the clock that stamped the run. Null if undecided: within the second of its end the next run may
 * already have begun (a container killed by a probe restarts at once), and an empty log says
 * nothing.
 */
export function whoseLog(text: string, run: Termination): 'of the run' | 'of another' | null {
  const found = STAMP.exec(text);
  if (found === null || run.startedAt === null || run.finishedAt === null) return null;
  const at = Date.parse(`${found[1]}${found[2]}`);
  if (at < run.startedAt - EARLY_MS || at >= run.finishedAt + TRUNCATION_MS) return 'of another';
  return at < run.finishedAt ? 'of the run' : null;
}
