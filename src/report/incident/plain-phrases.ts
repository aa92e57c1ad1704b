import type { InlineCode, PhrasingContent, Text } from 'mdast';

// What prose is made of. Whatever else a word holds, it is quoted as code: a forge may know more signs than these rules do.
const PROSE = /^[\p{L}\p{N}\p{M}"'(),.;:!?/+=_%…→·×≥≤-]+$/u;
// A container's name behind that of its pod.
const IN_BRACKETS = /^\[[a-z0-9.-]+\][,.;:]?$/;
// In words of those characters, what GitHub or GitLab (references in text, emoji, quick actions, autolinks) or Jira take for more.
const MORE_THAN_PROSE: readonly RegExp[] = [
  // :smile: and app:1.4.2, not 15:02:11.
  /:(?=[\p{L}+_/-])|(?<!\d):(?=\d)/u,
  /!(?=[\p{L}\p{N}"])/u,
  // %1 and %"a milestone", not 25%.
  /(?<!\d)%|%(?=[\p{L}\p{N}"])/u,
  /^\/|\/\/|www\./iu,
  // A commit.
  /(?<![\p{L}\p{N}])[0-9a-f]{7,64}(?![\p{L}\p{N}])/iu,
  // GH-1, ABC-123.
  /(?<![\p{L}\p{N}])(?:gh|[A-Z][A-Z0-9_]{0,30})-(?=\d)/u,
  /(?<![\p{L}\p{N}])gh-(?=\d)/iu,
];

/**
 * One line of text for Markdown, in which it is nothing but text: what GitHub or GitLab could take for a mention, a reference, a
 * formula, an emoji or a link is quoted as code. An escape does not do: both look for these in the text that comes of the Markdown.
 */
export function plainPhrases(text: string): PhrasingContent[] {
  const phrases: Phrase[] = [];
  for (const word of text.trim().split(/\s+/u)) {
    if (phrases.length > 0) add(phrases, 'text', ' ');
    if (isProse(word)) {
      add(phrases, 'text', word);
      continue;
    }
    // What closes a clause is no part of what is quoted.
    const end = /[,;:]$/.test(word) && word.length > 1 ? -1 : word.length;
    add(phrases, 'inlineCode', word.slice(0, end));
    add(phrases, 'text', word.slice(end));
  }
  return phrases;
}

type Phrase = Text | InlineCode;

function add(phrases: Phrase[], type: Phrase['type'], value: string): void {
  const last = phrases.at(-1);
  const before = phrases.at(-2);
  if (value === '') return;
  if (last?.type === type) last.value += value;
  // Words that are quoted one after the other are quoted together.
  else if (type === 'inlineCode' && last?.value === ' ' && before?.type === 'inlineCode') {
    phrases.pop();
    before.value += ` ${value}`;
  } else phrases.push({ type, value });
}

function isProse(word: string): boolean {
  if (word === '') return true;
  return PROSE.test(word) ? !MORE_THAN_PROSE.some((sign) => sign.test(word)) : IN_BRACKETS.test(word);
}
