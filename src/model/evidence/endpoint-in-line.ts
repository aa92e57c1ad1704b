// An address in a line: a name or IP with a port. `server.js:12` is a place in a source file,
// `12:30:05` a time.
const ADDRESS =
  /(?<![\w.:/-])(?:https?:\/\/|tcp:\/\/|\w{2,12}:\/\/)?((?:\[[0-9a-f:]{2,40}\]|[a-z][\w.-]{0,200}|\d{1,3}(?:\.\d{1,3}){3}):\d{2,5})(?!\w|:\d)/gi;
const SOURCE_FILE = /\.(?:[cm]?[jt]sx?|py|go|rb|java|kt|cs|rs|c|cc|cpp|h|php|ex|sh):/;
const AFTER_ERRNO = /\bE(?:CONNREFUSED|TIMEDOUT|HOSTUNREACH|NETUNREACH|ADDRINUSE)\b:? ([\w.:[\]-]{3,200}:\d{1,5})/;
// psql and libpq; curl; urllib3 and the like.
const SERVER_AND_PORT = /\bserver at "([^"\s]{1,200})".{0,80}?\bport (\d{1,5})/;
const CONNECT_TO = /\bconnect to ([\w.-]{1,200}) port (\d{1,5})/;
const HOST_AND_PORT = /\bhost=['"]?([\w.-]{1,200})['"]?, port=(\d{1,5})/;

/** The `host:port` that a line says it could not reach; null if it names none. */
export function addressIn(line: string): string | null {
  const named = AFTER_ERRNO.exec(line)?.[1];
  if (named !== undefined) return named;
  const pair = SERVER_AND_PORT.exec(line) ?? CONNECT_TO.exec(line) ?? HOST_AND_PORT.exec(line);
  if (pair !== null) return `${pair[1]}:${pair[2]}`;
  for (const [, address = ''] of line.matchAll(ADDRESS)) if (!SOURCE_FILE.test(address)) return address;
  return null;
}

// asyncio: address ('0.0.0.0', 8000). `binder.rb:344:in` is a place in a source file.
const PORTS: readonly RegExp[] = [
  /\bport[ :=]{1,2}["']?(\d{1,5})\b/i,
  /\('[^']{0,60}', ?(\d{1,5})[,)]|\baddress '(?:[^']{0,60}:)?(\d{1,5})'/,
];
const PORT_AT_END = /(?<!\.(?:[cm]?[jt]sx?|py|go|rb|java|kt|cs|rs|cc|cpp|php|exs?|sh))(?<!\d:\d\d)[:\]](\d{1,5})\b/g;
const TO_LAST_COLON = /^.*:(?=\d)/s;

/** The port that a line says is taken; null if it names none. */
export function portIn(line: string): string | null {
  for (const pattern of PORTS) {
    const found = pattern.exec(line);
    if (found !== null) return found[1] ?? found[2] ?? null;
  }
  // No digits follow a later colon.
  PORT_AT_END.lastIndex = (TO_LAST_COLON.exec(line)?.[0].length ?? 1) - 1;
  return PORT_AT_END.exec(line)?.[1] ?? null;
}

const NAMES: readonly RegExp[] = [
  /\b(?:ENOTFOUND|EAI_AGAIN) ([\w.-]{1,253})/,
  /\blookup ([\w.-]{1,253})(?: on |:)/,
  /UnknownHostException: ([\w.-]{1,253})/,
  /(?:host|host name|hostname|address|resolve)[ :]{1,2}["'`]([\w.-]{1,253})["'`]/i,
  /could not resolve host: ([\w.-]{1,253})/i,
  /host not found(?: in upstream)? ["']([\w.-]{1,253})/,
  /\bhost=['"]([\w.-]{1,253})['"]/,
];

/** The host name that a line says cannot be resolved; null if it names none. */
export function nameIn(line: string): string | null {
  for (const pattern of NAMES) {
    const name = pattern.exec(line)?.[1];
    if (name !== undefined) return name.replace(/\.$/, '');
  }
  return null;
}
