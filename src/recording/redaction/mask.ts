import { commandSecrets } from './masking/commands.ts';
import { bareCredentials } from './masking/headers.ts';
import { isNothing } from './masking/made-up.ts';
import { namedSecrets } from './masking/named-values.ts';
import { manifestSecrets } from './masking/secret-manifest.ts';
import { secretName } from './masking/secret-name.ts';
import { MASKED, merged, type SecretKind, type Span } from './masking/span.ts';
import { mayHoldToken, tokenShapes } from './masking/token-shapes.ts';
import { urlSecrets } from './masking/urls.ts';
import { viewsOf } from './masking/views.ts';

/**
 * Masks what looks like a secret in free text: messages, logs, commands. Kubernetes names and known
 * prose ("secret "tls-cert" not found", "token-service:1.4.2") stay readable, because causes are
 * read from them. docs/redaction.md says what is found and what is not; each method has a file in
 * masking/.
 *
 * All costs linear time: a text is read a fixed number of times from start to end, and every
 * pattern is bounded.
 */

// A cheap test that lets most texts skip the rest.
const MAY_HOLD_NAMED =
  /pass|pwd|pw\b|psw|secret|token|key|auth|cred|sig|cookie|sess|\bsid|jwt|bearer|basic|otp|\bsas|psk|mnemonic|phrase|wort|word|senha|contras|docker|\bpin|ticket|assertion|code=|rabbit|machine|[[(]\s{0,4}["']\w{2,16}["']\s{0,4},|пароль|密|パス|비밀|:\/\/|@|\s-[A-Za-z]|["']-[A-Za-z]|-----|:\d{2,5}:|\$[\w-]{1,16}\$|\{\w{1,12}\}/iu;

const FINDERS: readonly ((text: string) => Iterable<Span>)[] = [
  tokenShapes,
  urlSecrets,
  namedSecrets,
  bareCredentials,
  commandSecrets,
  manifestSecrets,
];

/** Called for each masked secret, with its text. */
export type OnMask = (kind: SecretKind, secret: string) => void;

let onMask: OnMask | null = null;

/** Does synchronous work, and calls `tell` for each secret that it masks. */
export function telling<T>(tell: OnMask, work: () => T): T {
  const before = onMask;
  onMask = tell;
  try {
    return work();
  } finally {
    onMask = before;
  }
}

/** The text with everything that looks like a secret replaced by `[redacted]`. */
export function maskText(text: string): string {
  if (!MAY_HOLD_NAMED.test(text) && !mayHoldToken(text)) return text;
  // Masking one part may make its neighbour look like a secret: repeat until nothing changes.
  let masked = text;
  for (let pass = 0; pass < MAX_PASSES; pass++) {
    const spans = secretsIn(masked);
    if (spans.length === 0) break;
    masked = without(masked, spans);
  }
  return masked;
}

// One pass, and one that finds nothing, for all but hostile texts.
const MAX_PASSES = 8;

function without(text: string, spans: readonly Span[]): string {
  let masked = '';
  let behind = 0;
  for (const { start, end, kind } of spans) {
    masked += text.slice(behind, start) + MASKED;
    behind = end;
    onMask?.(kind, text.slice(start, end));
  }
  return masked + text.slice(behind);
}

function secretsIn(text: string): Span[] {
  const spans: Span[] = [];
  for (const view of viewsOf(text)) {
    for (const find of FINDERS) {
      for (const { start, end, kind } of find(view.text)) {
        if (end <= start || holdsMask(view.text, start, end)) continue;
        spans.push({ start: view.start(start), end: view.end(end), kind });
      }
    }
  }
  return merged(spans);
}

// Leave masked parts alone, whole or partial, so that masking is idempotent.
function holdsMask(text: string, start: number, end: number): boolean {
  const found = text.slice(Math.max(0, start - MASKED.length + 1), end + MASKED.length - 1);
  return found.includes(MASKED);
}

/**
 * The value of a named entry (a label, an annotation): masked entirely if its name says that it is
 * secret.
 */
export function maskEntry(key: string, value: string): string {
  const name = secretName(key);
  if (name === null || name.is !== 'surely' || value === MASKED || isNothing(value)) return maskText(value);
  onMask?.(name.kind, value);
  return MASKED;
}

const FLAG = /^--?(?<name>[A-Za-z][\w.-]{0,80})$/;

/**
 * A command, word by word: masks all of the word after `--password`, and the one after `mysql -p`
 * by its position.
 */
export function maskCommand(words: readonly string[]): string[] {
  const spans = secretsIn(words.join(' '));
  let start = 0;
  return words.map((word, i) => {
    const from = start;
    start += word.length + 1;
    const flag = FLAG.exec(words[i - 1] ?? '')?.groups?.name;
    const name = flag === undefined ? null : secretName(flag);
    if (name !== null && word !== MASKED && !isNothing(word)) {
      onMask?.(name.kind, word);
      return MASKED;
    }
    const own = spans
      .map((span) => ({ ...span, start: Math.max(0, span.start - from), end: Math.min(word.length, span.end - from) }))
      .filter((span) => span.start < span.end);
    return maskText(own.length === 0 ? word : without(word, own));
  });
}
