import type { InlineCode, PhrasingContent, Text } from 'mdast';

// The characters of prose. A word with any other is quoted as code: a forge may know more signs
// than these rules.
const PROSE = /^[\p{L}\p{N}\p{M}"'(),.;:!?/+=_%…→·×≥≤-]+$/u;
// A container name after its pod.
const IN_BRACKETS = /^\[[a-z0-9.-]+\][,.;:]?$/;
// Prose that GitHub or GitLab (references, emoji, quick actions, autolinks) or Jira would
// interpret.
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
 * Turns one line of text into Markdown that stays plain text. Quotes as code what GitHub or GitLab
 * could take for a mention, a reference, a formula, an emoji or a link. Escaping is not enough:
 * both search the text that results from the Markdown.
 */
export function plainPhrases(text: string): PhrasingContent[] {
  const phrases: Phrase[] = [];
  for (const word of text.trim().split(/\s+/u)) {
    if (phrases.length > 0) add(phrases, 'text', ' ');
    if (isProse(word)) {
      add(phrases, 'text', word);
      continue;
    }
    // Closing punctuation is not part of the quote.
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
  // Quote consecutive words together.
  else if (type === 'inlineCode' && last?.value === ' ' && before?.type === 'inlineCode') {
    phrases.pop();
    before.value += ` ${value}`;
  } else phrases.push({ type, value });
}

function isProse(word: string): boolean {
  if (word === '') return true;
  return PROSE.test(word) ? !MORE_THAN_PROSE.some((sign) => sign.test(word)) : IN_BRACKETS.test(word);
}
