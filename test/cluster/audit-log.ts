/** A request of the API server's audit log (audit.k8s.io/v1), as far as it is read here. */
interface AuditEvent {
  readonly auditID: string;
  readonly stage: string;
  readonly verb: string;
  readonly userAgent?: string;
  readonly requestURI: string;
  readonly objectRef?: { readonly resource?: string; readonly subresource?: string };
  readonly responseStatus?: { readonly code?: number };
}

/** What one program asked of an API server. */
export interface AuditedRequests {
  readonly total: number;
  /** Requests by `verb resource`, as in `watch pods` or `get pods/log`. */
  readonly byVerb: ReadonlyMap<string, number>;
  /** Requests by HTTP status; 0 where the log does not say (still under way, or the server died). */
  readonly byStatus: ReadonlyMap<number, number>;
  /** Requests that do more than read, in words. */
  readonly writes: readonly string[];
}

// The audit log has Kubernetes' verbs: each of these is an HTTP GET, and no other is.
const READS: ReadonlySet<string> = new Set(['get', 'list', 'watch']);

/**
 * Counts the requests of the user agents that begin with `agent`. A request has several lines, one for each stage; a line that is cut
 * (the server was killed in it) is passed over.
 */
export async function auditedRequests(lines: AsyncIterable<string>, agent: string): Promise<AuditedRequests> {
  const requests = new Map<string, AuditEvent>();
  for await (const line of lines) {
    const event = eventOf(line);
    if (event === null || event.userAgent?.startsWith(agent) !== true) continue;
    const known = requests.get(event.auditID);
    if (known?.responseStatus?.code === undefined || event.responseStatus?.code !== undefined) requests.set(event.auditID, event);
  }
  const byVerb = new Map<string, number>();
  const byStatus = new Map<number, number>();
  for (const event of requests.values()) {
    count(byVerb, `${event.verb} ${resourceOf(event)}`);
    count(byStatus, event.responseStatus?.code ?? 0);
  }
  const writes = [...requests.values()].filter((e) => !READS.has(e.verb)).map((e) => `${e.verb} ${e.requestURI}`);
  return { total: requests.size, byVerb, byStatus, writes };
}

function eventOf(line: string): AuditEvent | null {
  try {
    return JSON.parse(line) as AuditEvent;
  } catch {
    return null;
  }
}

function resourceOf({ objectRef, requestURI }: AuditEvent): string {
  if (objectRef?.resource === undefined) return requestURI.split('?')[0] ?? '';
  return objectRef.subresource === undefined ? objectRef.resource : `${objectRef.resource}/${objectRef.subresource}`;
}

function count<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
