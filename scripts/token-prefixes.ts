/**
 * Writes src/recording/redaction/masking/token-prefixes.ts from gitleaks' published rules: how each kind of token begins.
 *
 *     node scripts/token-prefixes.ts gitleaks.toml COMMIT
 *
 * gitleaks asks for the exact length of today's tokens, because it must not cry wolf in a repository. A log has
 * tokens that are cut, older or newer, and a mask too many costs little: so only the beginnings are taken, and
 * token-shapes.ts says what must follow.
 */
import { readFileSync, writeFileSync } from 'node:fs';

interface Rule {
  readonly id: string;
  readonly regex: string;
}

// Beginnings that are words, or so short that half a log begins with them, or syntax: token-shapes.ts and the
// grammar of named values have what is worth it.
const TOO_COMMON =
  /^(?:https?:.*|[a-z]{1,12}|[A-Z]{1,3}|.{0,3}|live_|test_.*|access-|\d+|sc_|ext_|key-|pubkey-|-----BEGIN|<add key="|_gitlab_session=|ZXlK.+|4b1d|ico-)$/;

function rulesIn(toml: string): Rule[] {
  return toml
    .split('[[rules]]')
    .slice(1)
    .flatMap((text) => {
      const id = /^id = "(.*)"$/m.exec(text)?.[1];
      const regex = /^regex = '''(.*)'''$/m.exec(text)?.[1];
      return id === undefined || regex === undefined ? [] : [{ id, regex }];
    });
}

/** Reads the literal texts with which a pattern can begin; what stands behind them is of no interest. */
class Beginnings {
  readonly #regex: string;
  #at = 0;

  constructor(regex: string) {
    this.#regex = regex;
  }

  read(): string[] {
    return this.#alternatives().texts;
  }

  #alternatives(): { texts: string[]; whole: boolean } {
    const texts: string[] = [];
    let whole = true;
    for (;;) {
      const part = this.#sequence();
      texts.push(...part.texts);
      whole &&= part.whole;
      if (this.#regex[this.#at] !== '|') break;
      this.#at++;
    }
    return { texts, whole };
  }

  #sequence(): { texts: string[]; whole: boolean } {
    let texts = [''];
    let whole = true;
    while (this.#at < this.#regex.length && !'|)'.includes(this.#regex[this.#at] as string)) {
      const next = this.#element();
      const quantified = /^(?:[*+?]|\{\d+(?:,\d*)?\})\??/.exec(this.#regex.slice(this.#at))?.[0];
      if (quantified !== undefined) this.#at += quantified.length;
      if (!whole) continue;
      if (next === null || quantified !== undefined) whole = false;
      else {
        texts = texts.flatMap((text) => next.texts.map((more) => text + more));
        whole = next.whole;
      }
    }
    return { texts, whole };
  }

  // Null for what is no literal text.
  #element(): { texts: string[]; whole: boolean } | null {
    const rest = this.#regex.slice(this.#at);
    const zeroWidth = /^(?:\\b|\^|\(\?-?i\))/.exec(rest)?.[0];
    if (zeroWidth !== undefined) return this.#taken(zeroWidth, ['']);
    const escaped = /^\\([^\w])/.exec(rest);
    if (escaped !== null) return this.#taken(escaped[0], [escaped[1] as string]);
    const other = /^\\./.exec(rest)?.[0];
    if (other !== undefined) return this.#skipped(other);
    const set = /^\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\]/.exec(rest)?.[0];
    if (set !== undefined) return /^\[\w{1,4}\]$/.test(set) ? this.#taken(set, [...set.slice(1, -1)]) : this.#skipped(set);
    const group = /^\((?:\?(?:-?i)?:|\?P<\w+>|(?!\?))/.exec(rest)?.[0];
    if (group !== undefined) {
      this.#at += group.length;
      const inner = this.#alternatives();
      this.#at++;
      return inner;
    }
    return rest[0] === '.' ? this.#skipped('.') : this.#taken(rest[0] as string, [rest[0] as string]);
  }

  #taken(text: string, texts: string[]) {
    this.#at += text.length;
    return { texts, whole: true };
  }

  #skipped(text: string): null {
    this.#at += text.length;
    return null;
  }
}

const [file = '', commit = ''] = process.argv.slice(2);
const kinds = new Map<string, string>();
for (const { id, regex } of rulesIn(readFileSync(file, 'utf8'))) {
  // A rule that wants the vendor's name before the token tells the token itself in the group behind it.
  const token = regex.split(`[\\x60'"\\s=]{0,5}`).at(-1) as string;
  for (const text of new Beginnings(token).read()) if (!TOO_COMMON.test(text) && !kinds.has(text)) kinds.set(text, id);
}
const texts = [...kinds.keys()];
const shortest = texts.filter((text) => !texts.some((other) => other !== text && text.startsWith(other))).toSorted();
writeFileSync(
  new URL('../src/recording/redaction/masking/token-prefixes.ts', import.meta.url),
  `/**
 * How tokens begin that tell by themselves what they are. Made by scripts/token-prefixes.ts from the rules of
 * gitleaks (github.com/gitleaks/gitleaks, config/gitleaks.toml at ${commit.slice(0, 12)}), which are
 * Copyright (c) 2019 Zachary Rice, under the MIT licence. Do not edit: run the script.
 */
export const TOKEN_PREFIXES: readonly string[] = [
${shortest.map((text) => `  '${text}',\n`).join('')}];
`,
);
