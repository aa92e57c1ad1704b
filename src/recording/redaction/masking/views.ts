/** A text as it reads when something that lies over it is taken away, and where each of its characters came from. */
export interface View {
  readonly text: string;
  /** The offset in the original of what begins at `i`. */
  readonly start: (i: number) => number;
  /** The offset in the original of what ends before `i`. */
  readonly end: (i: number) => number;
}

interface Layer {
  /** Spares most texts the rest. */
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

// What safe-text.ts puts for a control character, so that what was made safe is masked as well.
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

// Text in JSON in JSON, and the log line of a container runtime around it.
const MOST_LEVELS = 4;

/**
 * The text itself without colours, and each text that is escaped in it: whoever looks for something needs to know no
 * escapes. The first is the original where nothing lies over it.
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
  for (let level = 0; level < MOST_LEVELS && view !== null; level++) {
    view = under(QUOTED_TEXT, view);
    if (view !== null) yield under(COLOURS, view) ?? view;
  }
}

function under({ hint, find, put }: Layer, view: View): View | null {
  if (!hint.test(view.text)) return null;
  let text = '';
  let behind = 0;
  // Where the view and what it was made of went apart, and how far by then: ascending.
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
    // A colour that ends with a word is no part of it.
    end: (i) => view.end(i + shiftAt(removes ? i - 1 : i, places, shifts)),
  };
}

// By halving: a long text has many spans.
function shiftAt(i: number, places: readonly number[], shifts: readonly number[]): number {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] as number) <= i) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? 0 : (shifts[low - 1] as number);
}
