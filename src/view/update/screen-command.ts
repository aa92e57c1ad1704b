import type { Tab } from '../detail/tabs.ts';

/** Moves in rows and lines. */
export type ScrollCommand = 'down' | 'up' | 'first' | 'last' | 'pageDown' | 'pageUp';

/** Shows a tab of the drill-down, also from the table. */
export type TabCommand = 'tabWhy' | 'tabRuns' | 'tabLogs' | 'tabEvents' | 'tabSpec' | 'tabRelated';

/** What a key can ask of the screen alone. Playing, copying, quitting and the like are effects. */
export type ScreenCommand =
  | ScrollCommand
  | TabCommand
  | 'fold'
  | 'unfold'
  | 'open'
  | 'back'
  | 'filter'
  | 'goTo'
  | 'help'
  | 'showAll'
  | 'showAcknowledged'
  | 'sort'
  | 'group'
  | 'nextTab'
  | 'previousTab'
  | 'previousRun'
  | 'search'
  | 'nextMatch'
  | 'previousMatch'
  | 'wrap'
  | 'nextReference'
  | 'follow';

const TABS_BY_COMMAND: Readonly<Record<TabCommand, Tab>> = {
  tabWhy: 'why',
  tabRuns: 'runs',
  tabLogs: 'logs',
  tabEvents: 'events',
  tabSpec: 'spec',
  tabRelated: 'related',
};

/** The tab that a command shows; undefined if it names none. */
export function tabOf(command: ScreenCommand): Tab | undefined {
  return (TABS_BY_COMMAND as Partial<Record<ScreenCommand, Tab>>)[command];
}
