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

/** Where a key works. `playback`: wherever time can be moved, so in a recording always, and live after `T`. */
export type Where = 'table' | 'detail' | 'help' | 'playback' | 'live';

/** The headings under which the help screen and docs/keys.md list the keys. */
export type KeySection = 'Move' | 'Look' | 'Time travel' | 'Program';

/** One row of the table of keys. */
export interface Binding {
  readonly command: Command;
  /** Names as `keyNames` gives them (ui/key-names.ts). */
  readonly keys: readonly string[];
  /** As a person reads them. */
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

/** The one table of commands and keys: it drives the dispatcher, the help screen and docs/keys.md. */
export const BINDINGS: readonly Binding[] = [
  bind('Move', EVERYWHERE, screen('down'), ['j', 'down'], 'j ↓', 'one row down'),
  bind('Move', EVERYWHERE, screen('up'), ['k', 'up'], 'k ↑', 'one row up'),
  bind('Move', EVERYWHERE, screen('pageDown'), ['ctrl+f', 'pagedown'], 'Ctrl-f PgDn', 'one page down'),
  bind('Move', EVERYWHERE, screen('pageUp'), ['ctrl+b', 'pageup'], 'Ctrl-b PgUp', 'one page up'),
  bind('Move', EVERYWHERE, screen('first'), ['g'], 'g', 'to the first row'),
  bind('Move', EVERYWHERE, screen('last'), ['G'], 'G', 'to the last row'),
  bind('Move', ['table'], screen('fold'), ['left'], '←', 'fold the pods of a workload'),
  bind('Move', ['table'], screen('unfold'), ['right'], '→', 'unfold them'),
  bind('Move', ['detail'], screen('previousTab'), ['left'], '←', 'in the drill-down: the tab before'),
  bind('Move', ['detail'], screen('nextTab'), ['right'], '→', 'in the drill-down: the next tab'),
  bind('Look', ['table'], screen('open'), ['enter'], 'Enter', 'open the selected container'),
  bind('Look', EVERYWHERE, screen('back'), ['escape'], 'Esc', 'back; clears the filter or the search; ends time travel'),
  bind('Look', ['detail'], screen('back'), ['backspace'], 'Backspace', 'in the drill-down: back, as Esc'),
  bind('Look', OPENED, screen('tabWhy'), ['d', '1'], 'd 1', 'why it crashes, and when it starts next'),
  bind('Look', OPENED, screen('tabRuns'), ['2'], '2', 'every run that is known'),
  bind('Look', OPENED, screen('tabLogs'), ['l', '3'], 'l 3', 'the log of the run that died'),
  bind('Look', OPENED, screen('previousRun'), ['p'], 'p', 'the log of the run before'),
  bind('Look', OPENED, screen('tabEvents'), ['e', '4'], 'e 4', 'events about the pod'),
  bind('Look', OPENED, screen('tabSpec'), ['y', '5'], 'y 5', 'the spec: image, command, probes, resources'),
  bind('Look', OPENED, screen('tabRelated'), ['6'], '6', 'its owner and revisions, siblings, same node, same cause'),
  bind(
    'Look',
    ['table'],
    screen('filter'),
    ['/'],
    '/',
    'filter: namespace, pod, container, workload, node, status, cause; !text inverts',
  ),
  bind('Look', ['detail'], screen('search'), ['/'], '/', 'in the drill-down: search the tab'),
  bind('Look', ['detail'], screen('nextMatch'), ['n'], 'n', 'in the drill-down: to the next match'),
  bind('Look', ['detail'], screen('previousMatch'), ['N'], 'N', 'in the drill-down: to the match before'),
  bind(
    'Look',
    ['detail'],
    screen('follow'),
    ['enter'],
    'Enter',
    'in the drill-down: to the event or log line that → names (⇒ of several), to the container of a row; Esc comes back',
  ),
  bind('Look', ['detail'], screen('nextReference'), ['tab'], 'Tab', 'in the drill-down: the next one that Enter goes to'),
  bind('Look', ['detail'], screen('wrap'), ['W'], 'W', 'in a log: break long lines, or cut them'),
  bind('Look', OPENED, { type: 'clipboard', id: 'copy' }, ['c'], 'c', 'copy the name, a command, the explanation or a line'),
  bind(
    'Look',
    OPENED,
    { type: 'acknowledgement', id: 'acknowledge' },
    ['x'],
    'x',
    'acknowledge: fold it away until its cause, revision or impact changes or it crashes twice as often, or for a time; again takes it back',
  ),
  bind('Look', OPENED, screen('showAcknowledged'), ['X'], 'X', 'show what is acknowledged, or fold it'),
  bind(
    'Look',
    ['table'],
    { type: 'acknowledgement', id: 'acknowledgeOld' },
    ['A'],
    'A',
    'acknowledge all that is older than a day',
  ),
  bind('Look', ['table'], screen('showAll'), ['a'], 'a', 'all containers, or only those in trouble'),
  bind('Look', ['table'], screen('group'), ['v'], 'v', `rows stand together by ${GROUPINGS.join(', ')}: the next of them`),
  bind('Look', ['table'], screen('sort'), ['s'], 's', `sort by, with one more letter: ${SORTS}`),
  bind('Time travel', ['live'], playback({ type: 'travel' }), ['T'], 'T', 'live: wake the keys below, and go back to the head'),
  bind('Time travel', ['playback'], playback({ type: 'toggle' }), ['space'], 'Space', 'play and pause'),
  bind('Time travel', ['playback'], playback({ type: 'stepBack' }), [','], ',', 'one arrival back'),
  bind('Time travel', ['playback'], playback({ type: 'stepForward' }), ['.'], '.', 'one arrival on'),
  bind('Time travel', ['playback'], playback({ type: 'previousCrash' }), ['['], '[', 'to the crash before'),
  bind('Time travel', ['playback'], playback({ type: 'nextCrash' }), [']'], ']', 'to the next crash'),
  bind('Time travel', ['playback'], playback({ type: 'shift', by: -10_000 }), ['shift+left'], 'Shift-←', 'ten seconds back'),
  bind('Time travel', ['playback'], playback({ type: 'shift', by: 10_000 }), ['shift+right'], 'Shift-→', 'ten seconds on'),
  bind('Time travel', ['playback'], playback({ type: 'shift', by: -60_000 }), ['<'], '<', 'a minute back'),
  bind('Time travel', ['playback'], playback({ type: 'shift', by: 60_000 }), ['>'], '>', 'a minute on'),
  bind('Time travel', ['playback'], playback({ type: 'faster' }), ['+', '='], '+', 'faster, up to 64x'),
  bind('Time travel', ['playback'], playback({ type: 'slower' }), ['-'], '-', 'slower, down to 0.25x'),
  bind('Time travel', ['playback'], playback({ type: 'home' }), ['home'], 'Home', 'to the start'),
  bind('Time travel', ['playback'], playback({ type: 'end' }), ['end'], 'End', 'to the end; live: back to the head'),
  bind('Time travel', ['playback'], screen('goTo'), [':'], ':', 'go to a time: 15:04:05, 12m30s from the start, end'),
  bind('Program', ['live'], { type: 'session', id: 'save' }, ['w'], 'w', 'live: save what was seen so far to a file'),
  bind('Program', EVERYWHERE, screen('help'), ['?'], '?', 'this help'),
  bind('Program', EVERYWHERE, { type: 'program', id: 'suspend' }, ['ctrl+z'], 'Ctrl-z', 'to the shell, until fg'),
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

/** What the dispatcher needs to know to tell what a key means. */
export interface KeyContext {
  readonly page: Page['type'];
  readonly isLive: boolean;
  /** Can time be moved: in a recording, or live after `T`? */
  readonly canTravel: boolean;
}

const COMMANDS: ReadonlyMap<string, Command> = new Map(
  BINDINGS.flatMap((b) => b.keys.flatMap((key) => b.where.map((where) => [`${where} ${key}`, b.command] as const))),
);

/** What a key does here; null where it does nothing. */
export function commandFor(key: string, context: KeyContext): Command | null {
  const here = COMMANDS.get(`${context.page} ${key}`);
  if (here !== undefined) return here;
  if (context.page === 'help') return null;
  const travel = context.isLive ? COMMANDS.get(`live ${key}`) : undefined;
  return travel ?? (context.canTravel ? COMMANDS.get(`playback ${key}`) : undefined) ?? null;
}

/** The sections of the help, in their order, each with its bindings. */
export function bindingsBySection(): readonly (readonly [KeySection, readonly Binding[]])[] {
  const sections: KeySection[] = ['Move', 'Look', 'Time travel', 'Program'];
  return sections.map((section) => [section, BINDINGS.filter((b) => b.section === section)]);
}

/** The keys as a table of Markdown, for docs/keys.md. */
export function keysAsMarkdown(): string {
  const rows = bindingsBySection().flatMap(([section, bindings]) =>
    bindings.map((b) => `| ${section} | ${b.shown.split(' ').map(asCode).join(' ')} | ${b.help} |`),
  );
  return ['| | key | what it does |', '|---|---|---|', ...rows, ''].join('\n');
}

function asCode(key: string): string {
  return `\`${key}\``;
}
