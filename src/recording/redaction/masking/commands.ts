import { isNothing, isProse, isWord, looksMadeUp } from './made-up.ts';
import type { Span } from './span.ts';

/**
 * Finds secrets in commands by position: after a short option, as the second of two words, between
 * SQL quotes.
 */

// Programs with an option that takes a password, and that option. `glued`: the password follows
// without a space (mysql -pX).
interface Tool {
  readonly name: RegExp;
  readonly options: string;
  readonly glued?: boolean;
  /** The value is `user:password`, and only the part after the colon is secret. */
  readonly pair?: boolean;
  readonly find: RegExp;
  /** The subcommand without which the option means something else. */
  readonly with?: RegExp;
}

const DESCRIBED: readonly Omit<Tool, 'find'>[] = [
  { name: /^(?:mysql\w{0,12}|mariadb[\w-]{0,12}|xtrabackup|pt-[\w-]{1,24}|mysqld_safe)$/, options: 'p', glued: true },
  {
    name: /^(?:docker|podman|buildah|skopeo|nerdctl|crane|helm|az|oc|argocd)$/,
    options: 'p',
    with: /\blogin\b/,
  },
  { name: /^(?:sshpass|mongo\w{0,8}|unzip|7z[ar]?|cqlsh|influx|nats|kinit)$/, options: 'p' },
  { name: /^(?:7z[ar]?|sshpass|unzip|mongo\w{0,8})$/, options: 'p', glued: true },
  { name: /^(?:redis-cli|valkey-cli|keydb-cli)$/, options: 'a' },
  { name: /^(?:sqlcmd|bcp|zip|isql)$/, options: 'P' },
  { name: /^(?:ldap\w{2,12}|psexec|etcdctl)$/, options: 'w' },
  { name: /^(?:snmp\w{2,12})$/, options: '[cAXaxp]' },
  { name: /^(?:ssh-keygen)$/, options: '[NP]' },
  { name: /^(?:openssl)$/, options: '(?:k|K|passin|passout|pass)' },
  { name: /^(?:curl|wget|http|https|httpie|xh|aria2c|ab|hey|siege)$/, options: '(?:u|U|a|-user|-proxy-user|-auth)', pair: true },
  { name: /^(?:curl)$/, options: '[uU]', pair: true, glued: true },
  { name: /^(?:smbclient|rpcclient|net)$/, options: 'U', pair: true },
];

// How far to search for an option after its program: on its line, and on continuation lines.
const REACH = 600;
const COMMAND_END = /[|;&]|(?<!\\)\r?\n/;

// A shell word, or an element of an array: a quote that opens it also closes it.
const WORD = String.raw`(?<word>"[^"\n]{1,1024}"?|'[^'\n]{1,1024}'?|[^\s"',;|&\])}]{1,1024})`;
const NEXT = String.raw`(?:["']?\s{0,4},\s{0,4}|["']?\s{1,4}(?:\\\r?\n\s{0,16})?|=)`;

const TOOLS: readonly Tool[] = DESCRIBED.map((tool) => {
  const behind = tool.glued === true ? '(?=[^\\s=-])' : NEXT;
  return { ...tool, find: new RegExp(`(?<=[\\s"',[])-${tool.options}${behind}${WORD}`, 'g') };
});

// Their names, bounded by word boundaries instead of the ends of the text.
const names = TOOLS.map(({ name }) => name.source.slice(1, -1)).join('|');
const TOOL = new RegExp(`(?<![\\w.-])(?:${names})(?=["']?[\\s,])`, 'g');

// Words by position: redis' AUTH, rabbitmqctl, htpasswd, vault and similar.
const PLACES: readonly RegExp[] = [
  new RegExp(String.raw`(?<![\w-])AUTH\s{1,4}(?:["']?[\w.-]{1,64}["']?\s{1,4})?${WORD}\s{0,4}(?=$|["'\r\n])`, 'g'),
  new RegExp(String.raw`\brabbitmqctl\s{1,4}(?:add_user|change_password|authenticate_user)\s{1,4}\S{1,64}\s{1,4}${WORD}`, 'g'),
  new RegExp(String.raw`\bhtpasswd\s{1,4}-[a-zA-Z]{0,6}b[a-zA-Z]{0,6}\s{1,4}(?:\S{1,128}\s{1,4})?\S{1,64}\s{1,4}${WORD}`, 'g'),
  new RegExp(String.raw`\bvault\s{1,4}(?:login|unwrap|token\s{1,4}(?:lookup|renew|revoke))\s{1,4}${WORD}`, 'g'),
  new RegExp(String.raw`\b(?:mysqladmin|redis-cli)\b[^\n|;]{0,200}\s(?:password|requirepass|masterauth|AUTH)\s{1,4}${WORD}`, 'g'),
  new RegExp(String.raw`\becho\s{1,4}(?:-n\s{1,4})?${WORD}\s{0,4}\|[^|\n]{1,160}--password-stdin`, 'g'),
  /\bIDENTIFIED\s{1,4}(?:WITH\s{1,4}\S{1,64}\s{1,4})?(?:BY|AS)(?:\s{1,4}PASSWORD)?\s{1,4}(?<word>'[^'\n]{1,512}'?|"[^"\n]{1,512}"?)/gi,
  /(?<![\w"'.-])PASSWORD(?:\s{1,4}FOR\s{1,4}\S{1,128}\s{1,4}(?:=|TO)\s{0,4}|\s{0,4}=\s{0,4}|\s{1,4})(?:PASSWORD\s{0,4})?\(?(?<word>E?'[^'\n]{1,512}'?)/gi,
  /(?<![\w-])(?:pass|PLAIN|LOGIN):(?<word>[^\s"',;&|]{1,512})/g,
  new RegExp(String.raw`\bmachine\s{1,4}\S{1,253}\s{1,8}(?:login\s{1,4}\S{1,128}\s{1,8})?password\s{1,4}${WORD}`, 'g'),
  /\bchpasswd\b[^\n]{0,16}<<<\s{0,4}["']?\w{1,32}:(?<word>[^\s"']{1,256})/g,
  /\becho\s{1,4}["']?[a-z_][\w-]{0,31}:(?<word>[^\s"'|]{1,256})["']?\s{0,4}\|\s{0,4}chpasswd/g,
];

// hostname:port:database:username:password
const PGPASS = /^(?:[\w.*-]{1,253}|\[[0-9a-f:]{2,45}\]):(?:\d{2,5}|\*):[\w*-]{1,63}:[\w*-]{1,63}:(?<word>[^\s:]{1,256})$/gm;

// A default account and its password as a pair: ["guest","x"].
const PAIR =
  /[[(]\s{0,4}["'](?:guest|admin|administrator|root|sa|user|username|app|bot|default|postgres|mysql|elastic|neo4j|redis|rabbitmq|minio|minioadmin|grafana|sonar|jenkins|test)["']\s{0,4},\s{0,4}["'](?<word>[^\s"']{6,256})["']\s{0,4}[\])]/g;

/** The spans of secrets in the commands of a text, including arrays of words. */
export function* commandSecrets(text: string): Generator<Span> {
  for (const program of text.matchAll(TOOL)) {
    const tools = TOOLS.filter((tool) => tool.name.test(program[0]));
    const from = program.index + program[0].length;
    const ahead = text.slice(from, from + REACH);
    const end = ahead.search(COMMAND_END);
    const rest = end === -1 ? ahead : ahead.slice(0, end);
    for (const tool of tools) if (tool.with?.test(rest) !== false) yield* optionsIn(rest, from, tool);
  }
  for (const find of [...PLACES, PGPASS]) {
    for (const match of text.matchAll(find)) {
      const word = match.groups?.word as string;
      yield* unquoted(word, match.index + match[0].lastIndexOf(word), find === PGPASS);
    }
  }
  for (const pair of text.matchAll(PAIR)) {
    const word = pair.groups?.word as string;
    if (looksMadeUp(word)) yield* unquoted(word, pair.index + pair[0].lastIndexOf(word), true);
  }
}

function* optionsIn(rest: string, from: number, tool: Tool): Generator<Span> {
  for (const match of rest.matchAll(tool.find)) {
    const word = match.groups?.word as string;
    const start = from + match.index + match[0].length - word.length;
    if (tool.pair !== true) yield* unquoted(word, start, false);
    else {
      const colon = word.search(/[:%]/);
      if (colon > 0 && !isNothing(word.slice(colon + 1).replace(/["']$/, ''))) yield* unquoted(word, start, true);
    }
  }
}

// A command in prose is followed by words: "docker -p option".
function* unquoted(word: string, start: number, isSure: boolean): Generator<Span> {
  const quote = /^E?["']/.exec(word)?.[0] ?? '';
  const isClosed = quote !== '' && word.length > quote.length && word.endsWith(quote.at(-1) as string);
  const value = word.slice(quote.length, isClosed ? -1 : undefined);
  const scheme = /^(?:pass|PLAIN|LOGIN):/.exec(value)?.[0] ?? '';
  const secret = value.slice(scheme.length);
  if (
    isNothing(secret) ||
    isProse(secret) ||
    secret.startsWith('-') ||
    (!isSure && quote === '' && isWord(secret) && secret.length < 5)
  )
    return;
  const at = start + quote.length + scheme.length;
  yield { start: at, end: at + secret.length, kind: 'password' };
}
