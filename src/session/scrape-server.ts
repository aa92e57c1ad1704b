import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** A Prometheus and its twin, a person and an agent or two; each with a few connections. */
const CONNECTIONS = 64;
/**
 * A scrape sends its request in one packet, and reads the answer; its default limit is 10 s for all
 * of it.
 */
const ASK_WITHIN_MS = 10_000;
const READ_WITHIN_MS = 30_000;
/** Node's own bound; a scrape has 500 bytes of headers. */
const HEADER_BYTES = 16 * 1024;

/**
 * A server for scrapers: answers requests without a body, from a bounded number of clients, and
 * closes connections that neither send nor read.
 */
export function scrapeServer(answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>): Server {
  const options = { headersTimeout: ASK_WITHIN_MS, requestTimeout: ASK_WITHIN_MS, maxHeaderSize: HEADER_BYTES };
  const server = createServer(options, (request, response) => {
    if (hasBody(request)) refuseBody(response);
    else answer(request, response).catch(() => response.destroy());
  });
  server.maxConnections = CONNECTIONS;
  server.timeout = READ_WITHIN_MS;
  return server;
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

// Closes the connection without reading the rest.
function refuseBody(response: ServerResponse): void {
  response.writeHead(413, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' }).end('a request has no body\n');
}
