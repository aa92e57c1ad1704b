/** A text with one layer of encoding removed, and the origin of each of its characters. */
export interface View {
  readonly text: string;
  /** The original offset of the part that starts at `i`. */
  readonly start: (i: number) => number;
  /** The original offset of the part that ends before `i`. */
  readonly end: (i: number) => number;
}

interface Layer {
  /** Lets most texts skip the rest. */
  readonly hint: RegExp;
  readonly find: RegExp;
  readonly put: (match: string) => string;
}

// Colours, as bytes and as loggers escape them.
// biome-ignore-start lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const COLOURS: Layer = {
  hint: /\x1b|\\x1b|\\u001b|\\033|\\e\[|\x9b|␛/i,
  find: /(?:[\x1b\x9b␛]|\\(?:x1b|u001b|033|e))\[?[\d;:?]{0,32}[ -/]?[A-Za-z]/gi,
  put: () => '',
};
// biome-ignore-end lint/suspicious/noControlCharactersInRegex: as above.

const CONTROLS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };
const QUOTED_TEXT: Layer = {
  hint: /\\["'nrtu\\/]/,
  find: /\\(?:u[0-9a-fA-F]{4}|["'\\/nrt])/g,
  put: (match) =>
    match[1] === 'u'
      ? String.fromCharCode(Number.parseInt(match.slice(2), 16))
      : (CONTROLS[match[1] as string] ?? match.slice(1)),
};

// The symbols that safe-text.ts puts for control characters, so that safe text is masked, too.
const PICTURES: Layer = {
  hint: /[␉␊␍]/,
  find: /[␉␊␍]/g,
  put: (match) => (match === '␉' ? '\t' : match === '␊' ? '\n' : '\r'),
};

const PERCENT: Layer = {
  hint: /%(?:3d|3a|22|26|40|2f|20|5f|2d)/i,
  find: /%[2-7][0-9a-f]/gi,
  put: (match) => String.fromCharCode(Number.parseInt(match.slice(1), 16)),
};

const ENTITIES: Readonly<Record<string, string>> = {
  quot: '"',
  '#34': '"',
  '#x22': '"',
  amp: '&',
  lt: '<',
  gt: '>',
  apos: "'",
  '#39': "'",
  '#x27': "'",
};
const MARKUP: Layer = {
  hint: /&(?:quot|amp|lt|gt|apos|#\w{2,4});/i,
  find: /&(?:quot|amp|lt|gt|apos|#34|#39|#x22|#x27);/gi,
  put: (match) => ENTITIES[match.slice(1, -1).toLowerCase()] ?? match,
};

// JSON in JSON, and the log line of a container runtime around it.
const MAX_LEVELS = 4;

/**
 * The text without colours, and each text escaped in it, so that searches need not know escapes.
 * The first view is the original if it has no colours.
 */
export function* viewsOf(text: string): Generator<View> {
  const itself = { text, start: (i: number) => i, end: (i: number) => i };
  const plain = under(COLOURS, itself) ?? itself;
  yield plain;
  for (const layer of [PERCENT, MARKUP, PICTURES]) {
    const view = under(layer, plain);
    if (view !== null) yield view;
  }
  let view: View | null = plain;
  for (let level = 0; level < MAX_LEVELS && view !== null; level++) {
    view = under(QUOTED_TEXT, view);
    if (view !== null) yield under(COLOURS, view) ?? view;
  }
}

function under({ hint, find, put }: Layer, view: View): View | null {
  if (!hint.test(view.text)) return null;
  let text = '';
  let behind = 0;
  // Where the view and its source diverged, and the total shift by then: ascending.
  const places: number[] = [];
  const shifts: number[] = [];
  let shift = 0;
  let removes = false;
  for (const { 0: match, index } of view.text.matchAll(find)) {
    const instead = put(match);
    removes ||= instead === '';
    text += view.text.slice(behind, index) + instead;
    behind = index + match.length;
    shift += match.length - instead.length;
    places.push(text.length);
    shifts.push(shift);
  }
  if (places.length === 0) return null;
  text += view.text.slice(behind);
  return {
    text,
    start: (i) => view.start(i + shiftAt(i, places, shifts)),
    // A colour code at the end of a word is not part of it.
    end: (i) => view.end(i + shiftAt(removes ? i - 1 : i, places, shifts)),
  };
}

// Binary search: a long text has many spans.
function shiftAt(i: number, places: readonly number[], shifts: readonly number[]): number {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] as number) <= i) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? 0 : (shifts[low - 1] as number);
}
