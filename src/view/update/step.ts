import { oldProblems } from '../../diagnosis/acknowledgement/judge.ts';
import { isAcknowledged, type TableEntry } from '../../diagnosis/entry.ts';
import { isAtHead, type Playback } from '../../timeline/playback.ts';
import { describeProblem } from '../../wording/acknowledgements.ts';
import { copyMenuOf } from '../copy-menu.ts';
import { type Effect, only, type Step } from './effect.ts';
import { type Command, commandFor } from './keys.ts';
import { type ModalContext, pressInModal } from './modal.ts';
import { type PageContext, update } from './page.ts';
import type { ScreenCommand } from './screen-command.ts';
import { modalOf, type ScreenState, withModal } from './screen-state.ts';
import { selectedEntries, selectedEntry } from './table.ts';

/** The parts of the screen that a key needs. */
export interface StepContext extends PageContext, ModalContext {
  /** All entries, including those that a filter hides. */
  readonly entries: readonly TableEntry[];
  /** The entry in the drill-down; null if there is none, or if it is unknown at this time. */
  readonly subject: TableEntry | null;
  readonly playback: Pick<Playback, 'session' | 'state'>;
  /** Is the offer to acknowledge old problems on the screen? */
  readonly isOffered: boolean;
  /** The most lines of the copy menu. */
  readonly menuHeight: number;
}

/** One step from a key, by its name, to the next screen and its effects. Pure. */
export function press(screen: ScreenState, key: string, context: StepContext): Step {
  if (key === 'ctrl+c') return { screen, effects: [{ type: 'quit' }] };
  if (key === 'ctrl+z') return { screen, effects: [{ type: 'suspend' }] };
  const modal = modalOf(screen);
  if (modal !== null) return pressInModal(screen, modal, key, context);
  const command = commandFor(key, keyContext(screen, context));
  return command === null ? only(screen) : obey(screen, command, context);
}

function keyContext({ page }: ScreenState, { playback }: StepContext) {
  return { page: page.type, isLive: playback.session === 'live', canTravel: !isAtHead(playback) };
}

function obey(screen: ScreenState, command: Command, context: StepContext): Step {
  switch (command.type) {
    case 'program':
      return { screen, effects: [{ type: command.id }] };
    case 'playback':
      return { screen, effects: [{ type: 'playback', event: command.event }] };
    case 'session':
      return { screen, effects: [{ type: command.id }] };
    case 'clipboard':
      return only(askToCopy(screen, context));
    case 'acknowledgement':
      return askUntil(screen, command.id === 'acknowledgeOld', context);
    case 'screen':
      return obeyOnScreen(screen, command.id, context);
  }
}

function obeyOnScreen(screen: ScreenState, command: ScreenCommand, context: StepContext): Step {
  const answered = command === 'back' ? answerOf(screen, context) : null;
  if (answered !== null) return { screen, effects: [answered] };
  const after = update(screen, command, context);
  if (command !== 'showAcknowledged' || screen.page.type !== 'detail') return only(after);
  // Its effect is behind the drill-down.
  const does = after.table.showsAcknowledged ? 'shows' : 'folds';
  return { screen: after, effects: [{ type: 'say', text: `the table ${does} acknowledged problems` }] };
}

// Esc closes the topmost first: the drill-down, then the filter, then the past, then an offer.
function answerOf({ page, table }: ScreenState, { playback, isOffered }: StepContext): Effect | null {
  if (page.type !== 'table' || table.filter !== '') return null;
  if (playback.session === 'live' && !isAtHead(playback)) return { type: 'playback', event: { type: 'return' } };
  return isOffered ? { type: 'decline' } : null;
}

function askToCopy(screen: ScreenState, { table, subject, detail, menuHeight }: StepContext): ScreenState {
  const isOpen = screen.page.type === 'detail';
  const entry = isOpen ? subject : selectedEntry(table, screen.table);
  if (entry === null) return screen;
  return withModal(screen, { type: 'copy', menu: copyMenuOf(entry, isOpen ? detail.line : '', menuHeight) });
}

// On an acknowledged row, takes the acknowledgement back instead.
function askUntil(screen: ScreenState, isOld: boolean, context: StepContext): Step {
  const chosen = isOld ? oldProblems(context.entries, context.now) : chosenEntries(screen, context);
  if (chosen.length === 0)
    return isOld ? { screen, effects: [{ type: 'say', text: 'no unacknowledged problem is older than a day' }] } : only(screen);
  const keys = chosen.map((e) => e.key);
  if (chosen.every(isAcknowledged)) return { screen, effects: [{ type: 'takeBack', keys }] };
  return only(withModal(screen, { type: 'acknowledge', keys, what: describeProblem(chosen) }));
}

// The drill-down is about one container, whatever row was opened.
function chosenEntries({ page, table }: ScreenState, context: StepContext): readonly TableEntry[] {
  if (page.type !== 'detail') return selectedEntries(context.table, table);
  return context.subject === null ? [] : [context.subject];
}
