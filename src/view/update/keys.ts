import type { PlaybackEvent } from '../../timeline/playback.ts';
import { GROUPINGS } from '../table/grouping.ts';
import { SORT_LETTERS } from './modal.ts';
import type { ScreenCommand } from './screen-command.ts';
import type { Page } from './screen-state.ts';

/** What a key does: something to the screen, the playback, the session or the program. */
export type Command =
  | { readonly type: 'screen'; readonly id: ScreenCommand }
  | { readonly type: 'playback'; readonly event: PlaybackEvent }
  | { readonly type: 'session'; readonly id: 'save' }
  | { readonly type: 'clipboard'; readonly id: 'copy' }
  | { readonly type: 'acknowledgement'; readonly id: 'acknowledge' | 'acknowledgeOld' }
  | { readonly type: 'program'; readonly id: 'quit' | 'suspend' };

/**
 * Where a key works. `playback`: wherever time can be moved, so always in a recording, and live
 * after `T`.
 */
export type Where = 'table' | 'detail' | 'help' | 'playback' | 'live';

/** The headings of the keys in the help screen and docs/keys.md. */
export type KeySection = 'Move' | 'Look' | 'Time travel' | 'Program';

/** One row of the key table. */
export interface Binding {
  readonly command: Command;
  /** Names as returned by `keyNames` (ui/key-names.ts). */
  readonly keys: readonly string[];
  /** As shown in the help. */
  readonly shown: string;
  readonly help: string;
  readonly where: readonly Where[];
  readonly section: KeySection;
}

const screen = (id: ScreenCommand): Command => ({ type: 'screen', id });
const playback = (event: PlaybackEvent): Command => ({ type: 'playback', event });

const EVERYWHERE: readonly Where[] = ['table', 'detail', 'help'];
const OPENED: readonly Where[] = ['table', 'detail'];

const SORTS = Object.entries(SORT_LETTERS)
  .map(([letter, key]) => `${letter} ${key}`)
  .join(', ');

/** The one table of commands and keys: drives the dispatcher, the help screen and docs/keys.md. */
export const BINDINGS: readonly Binding[] = [
  bind('Move', EVERYWHERE, screen('down'), ['j', 'down'], 'j ↓', 'one row down'),
  bind('Move', EVERYWHERE, screen('up'), ['k', 'up'], 'k ↑', 'one row up'),
  bind('Move', EVERYWHERE, screen('pageDown'), ['ctrl+f', 'pagedown'], 'Ctrl-f PgDn', 'one page down'),
  bind('Move', EVERYWHERE, screen('pageUp'), ['ctrl+b', 'pageup'], 'Ctrl-b PgUp', 'one page up'),
  bind('Move', EVERYWHERE, screen('first'), ['g'], 'g', 'to the first row'),
  bind('Move', EVERYWHERE, screen('last'), ['G'], 'G', 'to the last row'),
  bind('Move', ['table'], screen('fold'), ['left'], '←', 'fold the pods of a workload'),
  bind('Move', ['table'], screen('unfold'), ['right'], '→', 'unfold them'),
  bind('Move', ['detail'], screen('previousTab'), ['left'], '←', 'in the details: previous tab'),
  bind('Move', ['detail'], screen('nextTab'), ['right'], '→', 'in the details: next tab'),
  bind('Look', ['table'], screen('open'), ['enter'], 'Enter', 'open the selected container'),
  bind('Look', EVERYWHERE, screen('back'), ['escape'], 'Esc', 'back; clears the filter or the search; ends time travel'),
  bind('Look', ['detail'], screen('back'), ['backspace'], 'Backspace', 'in the details: back, like Esc'),
  bind('Look', OPENED, screen('tabWhy'), ['d', '1'], 'd 1', 'why it crashes, and when it starts next'),
  bind('Look', OPENED, screen('tabRuns'), ['2'], '2', 'all known runs'),
  bind('Look', OPENED, screen('tabLogs'), ['l', '3'], 'l 3', 'the log of the last ended run'),
  bind('Look', OPENED, screen('previousRun'), ['p'], 'p', 'the log of the previous run'),
  bind('Look', OPENED, screen('tabEvents'), ['e', '4'], 'e 4', 'events about the pod'),
  bind('Look', OPENED, screen('tabSpec'), ['y', '5'], 'y 5', 'the spec: image, command, probes, resources'),
  bind('Look', OPENED, screen('tabRelated'), ['6'], '6', 'owner and revisions, siblings, same node, same cause'),
  bind(
    'Look',
    ['table'],
    screen('filter'),
    ['/'],
    '/',
    'filter: namespace, pod, container, workload, node, status, cause; !text inverts',
  ),
  bind('Look', ['detail'], screen('search'), ['/'], '/', 'in the details: search the tab'),
  bind('Look', ['detail'], screen('nextMatch'), ['n'], 'n', 'in the details: to the next match'),
  bind('Look', ['detail'], screen('previousMatch'), ['N'], 'N', 'in the details: to the previous match'),
  bind(
    'Look',
    ['detail'],
    screen('follow'),
    ['enter'],
    'Enter',
    'in the details: follow → to its event or log line (⇒ to several), or open the container of a row; Esc goes back',
  ),
  bind('Look', ['detail'], screen('nextReference'), ['tab'], 'Tab', 'in the details: select the next link for Enter'),
  bind('Look', ['detail'], screen('wrap'), ['W'], 'W', 'in a log: wrap or cut long lines'),
  bind('Look', OPENED, { type: 'clipboard', id: 'copy' }, ['c'], 'c', 'copy the name, a command, the explanation or a line'),
  bind(
    'Look',
    OPENED,
    { type: 'acknowledgement', id: 'acknowledge' },
    ['x'],
    'x',
    'acknowledge: hide it for a time, or until its cause, revision or impact changes or it crashes twice as often; x again undoes it',
  ),
  bind('Look', OPENED, screen('showAcknowledged'), ['X'], 'X', 'show or hide acknowledged problems'),
  bind(
    'Look',
    ['table'],
    { type: 'acknowledgement', id: 'acknowledgeOld' },
    ['A'],
    'A',
    'acknowledge all problems older than a day',
  ),
  bind('Look', ['table'], screen('showAll'), ['a'], 'a', 'all containers, or only those in trouble'),
  bind('Look', ['table'], screen('group'), ['v'], 'v', `change the grouping: ${GROUPINGS.join(', ')}`),
  bind('Look', ['table'], screen('sort'), ['s'], 's', `sort by, then one more letter: ${SORTS}`),
  bind('Time travel', ['live'], playback({ type: 'travel' }), ['T'], 'T', 'live: turn the keys below on, or off and back to now'),
  bind('Time travel', ['playback'], playback({ type: 'toggle' }), ['space'], 'Space', 'play and pause'),
  bind('Time travel', ['playback'], playback({ type: 'stepBack' }), [','], ',', 'one update back'),
  bind('Time travel', ['playback'], playback({ type: 'stepForward' }), ['.'], '.', 'one update forward'),
  bind('Time travel', ['playback'], playback({ type: 'previousCrash' }), ['['], '[', 'to the previous crash'),
  bind('Time travel', ['playback'], playback({ type: 'nextCrash' }), [']'], ']', 'to the next crash'),
  bind('Time travel', ['playback'], playback({ type: 'shift', by: -10_000 }), ['shift+left'], 'Shift-←', 'ten seconds back'),
  bind('Time travel', ['playback'], playback({ type: 'shift', by: 10_000 }), ['shift+right'], 'Shift-→', 'ten seconds forward'),
  bind('Time travel', ['playback'], playback({ type: 'shift', by: -60_000 }), ['<'], '<', 'one minute back'),
  bind('Time travel', ['playback'], playback({ type: 'shift', by: 60_000 }), ['>'], '>', 'one minute forward'),
  bind('Time travel', ['playback'], playback({ type: 'faster' }), ['+', '='], '+', 'faster, up to 64x'),
  bind('Time travel', ['playback'], playback({ type: 'slower' }), ['-'], '-', 'slower, down to 0.25x'),
  bind('Time travel', ['playback'], playback({ type: 'home' }), ['home'], 'Home', 'to the start'),
  bind('Time travel', ['playback'], playback({ type: 'end' }), ['end'], 'End', 'to the end; live: back to now'),
  bind('Time travel', ['playback'], screen('goTo'), [':'], ':', 'go to a time: 15:04:05, 12m30s from the start, end'),
  bind('Program', ['live'], { type: 'session', id: 'save' }, ['w'], 'w', 'live: save the session so far to a file'),
  bind('Program', EVERYWHERE, screen('help'), ['?'], '?', 'this help'),
  bind('Program', EVERYWHERE, { type: 'program', id: 'suspend' }, ['ctrl+z'], 'Ctrl-z', 'suspend to the shell; fg resumes'),
  bind('Program', EVERYWHERE, { type: 'program', id: 'quit' }, ['q', 'ctrl+c'], 'q Ctrl-c', 'quit'),
];

function bind(
  section: KeySection,
  where: readonly Where[],
  command: Command,
  keys: readonly string[],
  shown: string,
  help: string,
): Binding {
  return { command, keys, shown, help, where, section };
}

/** What the dispatcher needs to interpret a key. */
export interface KeyContext {
  readonly page: Page['type'];
  readonly isLive: boolean;
  /** True if time can be moved: in a recording, or live after `T`. */
  readonly canTravel: boolean;
}

const COMMANDS: ReadonlyMap<string, Command> = new Map(
  BINDINGS.flatMap((b) => b.keys.flatMap((key) => b.where.map((where) => [`${where} ${key}`, b.command] as const))),
);

/** The command of a key in this context; null if it has none. */
export function commandFor(key: string, context: KeyContext): Command | null {
  const here = COMMANDS.get(`${context.page} ${key}`);
  if (here !== undefined) return here;
  if (context.page === 'help') return null;
  const travel = context.isLive ? COMMANDS.get(`live ${key}`) : undefined;
  return travel ?? (context.canTravel ? COMMANDS.get(`playback ${key}`) : undefined) ?? null;
}

/** The sections of the help, in order, each with its bindings. */
export function bindingsBySection(): readonly (readonly [KeySection, readonly Binding[]])[] {
  const sections: KeySection[] = ['Move', 'Look', 'Time travel', 'Program'];
  return sections.map((section) => [section, BINDINGS.filter((b) => b.section === section)]);
}

/** The keys as a Markdown table, for docs/keys.md. */
export function keysAsMarkdown(): string {
  const rows = bindingsBySection().flatMap(([section, bindings]) =>
    bindings.map((b) => `| ${section} | ${b.shown.split(' ').map(asCode).join(' ')} | ${b.help} |`),
  );
  return ['| | key | what it does |', '|---|---|---|', ...rows, ''].join('\n');
}

function asCode(key: string): string {
  return `\`${key}\``;
}
