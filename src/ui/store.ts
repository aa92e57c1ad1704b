import { memoryKeeper } from '../diagnosis/acknowledgement/acknowledgement-keeper.ts';
import type { Connection } from '../diagnosis/connection.ts';
import { entryOf, healthyEntries, isWorkloadEntry, type TableEntry } from '../diagnosis/entry.ts';
import { statusOf } from '../diagnosis/kubectl-status.ts';
import { countSince, type WithNodeTroubles, withNodeTroubles } from '../diagnosis/node-trouble.ts';
import { problemListAt } from '../diagnosis/problem-list.ts';
import { safeLine } from '../text/safe-text.ts';
import { endOf, type Playback, type PlaybackEvent, transition } from '../timeline/playback.ts';
import type { ClusterState } from '../timeline/state.ts';
import { parseGoTo } from '../timeline/time-argument.ts';
import { type CopyMenu, choiceOf, copiedText, copyMenuOf } from '../view/copy-menu.ts';
import { shownRecord } from '../view/detail/detail.ts';
import { type DetailScreenFacts, type OpenTab, openTabOf } from '../view/detail/detail-screen.ts';
import { helpHeight, helpLines } from '../view/help.ts';
import { boxGrid, type GridPainter } from '../view/lines/small-table.ts';
import { layoutOf, type MainFacts, type ScreenSize, selectedEntry } from '../view/main-screen.ts';
import { notLiveText, PLAYBACK_BAR_HEIGHT, playbackBarLines } from '../view/playback-bar.ts';
import { withAcknowledged } from '../view/table/acknowledged.ts';
import { parseFilter, passes } from '../view/table/filter.ts';
import { type Shared, sharedProblems } from '../view/table/group-text.ts';
import { countWorkloads, type Table, type TableRequest, tableOf } from '../view/table/table.ts';
import { type Command, commandFor } from '../view/update/keys.ts';
import {
  type Acknowledging,
  askToCopy,
  askUntil,
  chooseSort,
  type DrawnTab,
  endCopying,
  endPrompt,
  entriesOfRow,
  erase,
  FIRST_SCREEN,
  refusePrompt,
  type ScreenCommand,
  type ScreenState,
  type Scrolled,
  settle,
  type,
  update,
} from '../view/update/screen-state.ts';
import { describeProblem, UNTIL_LETTERS, workloadsOf } from '../wording/acknowledgements.ts';
import type { SourceActivity } from '../wording/source-activity.ts';
import type { Clipboard } from './clipboard.ts';
import { FRAME_MS, FrameScheduler, type Timers } from './frame-scheduler.ts';
import { FullObjects } from './full-object.ts';
import { idleSince, keyPressed, NO_KEY_YET } from './last-input.ts';
import type { Session } from './session.ts';
import { isAcknowledged, Triage, type TriageFacts } from './triage.ts';

/** All that the screens draw: immutable, and a new object only when something in it changed. */
export interface Frame extends DetailScreenFacts {
  readonly playback: Playback;
  /** null where nothing is read from a cluster. */
  readonly activity: SourceActivity | null;
  /** The drill-down's tab as it is on the screen; null where none is. */
  readonly tab: OpenTab | null;
}

/** What is in trouble at one time, and what that tells together. */
interface ProblemsAt extends WithNodeTroubles {
  readonly state: ClusterState;
  readonly now: number;
  readonly shared: Shared;
}

function problemsWithin(state: ClusterState, now: number): ProblemsAt {
  const found = withNodeTroubles(state, problemListAt(state, now), now);
  return { ...found, state, now, shared: sharedProblems(found.entries) };
}

/** What is done to the program as a whole. */
export interface Program {
  quit(): void;
  /** Hands the terminal back to the shell, until it is continued. */
  suspend(): void;
  /** Something threw that should not: the terminal is left in order, and the error is reported. */
  fail(error: unknown): void;
}

/** What an explanation is asked of: one entry at one time. */
export interface ExplainedFacts extends Pick<MainFacts, 'state' | 'source' | 'gaps' | 'now'> {
  readonly entry: TableEntry;
  readonly others: readonly TableEntry[];
}

/** What `c` needs of the world. */
export interface CopyDesk {
  readonly clipboard: Clipboard;
  /** One page of plain text, as `crashtop explain` prints it. */
  explain(facts: ExplainedFacts): Promise<string>;
}

/** Trouble counts as new for this long, in ms. */
const NEW_FOR_MS = 15 * 60_000;

/** The lines of a screen that the menu of what can be copied leaves alone, its own heading among them. */
const AROUND_THE_MENU = 9;

const NOTHING_DRAWN: DrawnTab = Object.freeze({ lines: 0, height: 1, top: 0, references: [], rows: [], row: null, line: '' });

/**
 * The state of the screens, outside of React: takes keys and arrivals, and gives frames. Reads its session at most ten times a
 * second, and at once after a key.
 */
export class AppStore {
  readonly #session: Session;
  readonly #copyDesk: CopyDesk;
  readonly #scheduler: FrameScheduler;
  readonly #listeners = new Set<() => void>();
  #program: Program | null = null;
  #playback: Playback;
  #screen: ScreenState = FIRST_SCREEN;
  #size: ScreenSize;
  #table: Table | null = null;
  #keepsOrder = true;
  #noticesRead = 0;
  #timelineLength = -1;
  /** How the connection was when the session last had news. */
  #phase: Connection['phase'];
  #problems: ProblemsAt | null = null;
  #frame: Frame;
  /** What was copied last, in words: until the next key. */
  #copied = '';
  readonly #triage: Triage;
  readonly #objects: FullObjects;
  readonly #gridOf: GridPainter;
  #attention = NO_KEY_YET;
  /** What was acknowledged or taken back last, in words: until the next key. */
  #triaged = '';
  /** The offer to acknowledge what is old, in words; '' where there is none. */
  #offer = '';
  /** The key of the container that the session was last told to prefer. */
  #preferred: string | null = null;

  /** @param gridOf draws small tables with a grid. */
  constructor(session: Session, timers: Timers, size: ScreenSize, copyDesk: CopyDesk, gridOf: GridPainter = boxGrid) {
    this.#session = session;
    this.#gridOf = gridOf;
    this.#objects = new FullObjects(
      (record) => session.getObject(record),
      () => this.#guard(() => this.#show()),
    );
    this.#copyDesk = copyDesk;
    this.#triage = new Triage(session.acknowledgements ?? memoryKeeper());
    this.#playback = session.playback;
    this.#size = size;
    this.#phase = session.connection().phase;
    this.#scheduler = new FrameScheduler(
      timers,
      () => session.clock.now(),
      () => this.#drawGuarded(),
    );
    this.#frame = this.#read();
  }

  /** Begins to follow the session. @returns what ends it. */
  start(program: Program): () => void {
    this.#program = program;
    const unsubscribe = this.#session.subscribe(() => this.#hear());
    this.#scheduler.flush();
    return () => {
      unsubscribe();
      this.#scheduler.stop();
      this.#program = null;
    };
  }

  // That a list is whole, or a connection lost, does not wait until the frame before has rested.
  #hear(): void {
    this.#guard(() => {
      const { phase } = this.#session.connection();
      if (phase === this.#phase) return this.#scheduler.markDirty();
      this.#phase = phase;
      this.#scheduler.flush();
    });
  }

  /** The newest frame; the same object until something changes. */
  frame(): Frame {
    return this.#frame;
  }

  /** Calls back with each new frame. @returns what ends it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when the frame has all that is fetched for it. */
  fetched(): Promise<void> {
    return this.#objects.settled();
  }

  /** The terminal has another size. */
  resize(size: ScreenSize): void {
    if (size.columns === this.#size.columns && size.rows === this.#size.rows) return;
    this.#size = size;
    this.#table = null;
    this.#scheduler.flush();
  }

  /** The whole screen is drawn again: after the terminal was somebody else's. */
  wake(): void {
    this.#scheduler.flush();
  }

  /** Takes keys by their names, in the order in which they were pressed. */
  press(names: readonly string[]): void {
    this.#guard(() => {
      this.#noticesRead = this.#session.notices().length;
      this.#copied = '';
      this.#triaged = '';
      this.#attention = keyPressed(this.#attention, this.#session.clock.now());
      for (const [index, name] of names.entries()) {
        // What comes next in the same press must see what the one before did.
        if (index > 0) this.#frame = this.#read();
        this.#press(name);
      }
      this.#show();
    });
    // What a key did to the playback may need frames sooner than was planned.
    this.#scheduler.markDirty();
  }

  /** Takes pasted text: only where something is being typed; it is no row of keys. */
  paste(text: string): void {
    if (this.#screen.prompt === null) return;
    this.#screen = type(this.#screen, safeLine(text.trim().split(/\r?\n|\r/, 1)[0] ?? ''));
    this.#show();
  }

  #press(name: string): void {
    if (name === 'ctrl+c') this.#program?.quit();
    else if (name === 'ctrl+z') this.#program?.suspend();
    else if (this.#screen.prompt !== null) this.#typeKey(name);
    else if (this.#screen.choosesSort) this.#changeScreen(chooseSort(this.#screen, name));
    else if (this.#screen.copying !== null) this.#copy(this.#screen.copying, name);
    else if (this.#screen.acknowledging !== null) this.#acknowledge(this.#screen.acknowledging, name);
    else {
      const command = commandFor(name, this.#keyContext());
      if (command !== null) this.#obey(command);
    }
  }

  #keyContext() {
    const isLive = this.#playback.session === 'live';
    return { mode: this.#screen.mode, isLive, canTravel: !isLive || this.#playback.state !== 'live' };
  }

  #typeKey(name: string): void {
    if (name === 'escape') this.#changeScreen(endPrompt(this.#screen, true));
    else if (name === 'enter') this.#acceptPrompt();
    else if (name === 'backspace' || name === 'delete') this.#changeScreen(erase(this.#screen, false));
    else if (name === 'ctrl+u') this.#changeScreen(erase(this.#screen, true));
    else if (name === 'space') this.#changeScreen(type(this.#screen, ' '));
    else if (Array.from(name).length === 1) this.#changeScreen(type(this.#screen, safeLine(name)));
  }

  #acceptPrompt(): void {
    const { prompt } = this.#screen;
    if (prompt?.type === 'goTo' && prompt.text.trim() !== '') {
      const { timeline } = this.#session;
      const at = parseGoTo(prompt.text, timeline.startedAt, endOf(this.#playback, timeline));
      if (typeof at === 'string') {
        this.#screen = refusePrompt(this.#screen, at);
        return;
      }
      this.#play({ type: 'seek', at });
    }
    this.#changeScreen(endPrompt(this.#screen, false));
  }

  #obey(command: Command): void {
    switch (command.type) {
      case 'program':
        this.#program?.[command.id]();
        return;
      case 'playback':
        this.#play(command.event);
        return;
      case 'session':
        this.#session.save?.();
        return;
      case 'clipboard':
        this.#askToCopy();
        return;
      case 'triage':
        this.#askUntil(command.id === 'acknowledgeOld');
        return;
      case 'screen':
        if (command.id === 'back' && (this.#goBackToHead() || this.#declineOffer())) return;
        this.#command(command.id);
        if (command.id === 'showAcknowledged' && this.#screen.mode === 'detail')
          this.#triaged = `the table ${this.#screen.showsAcknowledged ? 'shows' : 'folds'} what is acknowledged`;
        return;
    }
  }

  #askToCopy(): void {
    const { subject, table, screen } = this.#frame;
    const entry = screen.mode === 'detail' ? subject : selectedEntry({ table, screen });
    if (entry === null) return;
    const line = this.#frame.tab?.drawn.line ?? '';
    this.#screen = askToCopy(this.#screen, copyMenuOf(entry, line, this.#size.rows - AROUND_THE_MENU));
  }

  #copy(menu: CopyMenu, key: string): void {
    this.#screen = endCopying(this.#screen);
    const copied = choiceOf(menu, key)?.copied;
    if (copied?.type === 'text') this.#setClipboard(copied.text);
    else if (copied?.type === 'explanation') void this.#copyExplanation(menu.entry);
  }

  async #copyExplanation(entry: TableEntry): Promise<void> {
    const { state, source, gaps, now } = this.#frame;
    try {
      this.#setClipboard(await this.#copyDesk.explain({ state, source, gaps, now, entry, others: [] }));
      this.#show();
    } catch (error) {
      this.#program?.fail(error);
    }
  }

  #setClipboard(text: string): void {
    this.#copied = copiedText(text, this.#copyDesk.clipboard.copy(text));
  }

  #triageFacts(state: ClusterState): TriageFacts {
    const isLive = this.#playback.session === 'live';
    return { state, now: this.#playback.cursor, isLive, isHead: isLive && this.#playback.state === 'live' };
  }

  // On a row that is acknowledged, it is taken back instead.
  #askUntil(isOld: boolean): void {
    const { entries, now } = this.#frame;
    const chosen = isOld ? this.#triage.old(entries, now) : this.#chosen();
    if (chosen.length === 0) this.#triaged = isOld ? 'nothing is older than a day that is not acknowledged' : '';
    else if (chosen.every(isAcknowledged)) this.#triaged = this.#triage.takeBack(chosen, entries);
    else this.#changeScreen(askUntil(this.#screen, { keys: chosen.map((e) => e.key), what: describeProblem(chosen) }));
  }

  // The drill-down is about one container, whatever row was opened.
  #chosen(): readonly TableEntry[] {
    const { table, screen, subject } = this.#frame;
    if (screen.mode !== 'detail') return entriesOfRow(table, screen.selected);
    return subject === null ? [] : [subject];
  }

  #acknowledge({ keys }: Acknowledging, letter: string): void {
    this.#changeScreen(askUntil(this.#screen, null));
    const until = UNTIL_LETTERS.get(letter);
    if (until === undefined) return;
    const { entries, state, now } = this.#frame;
    const chosen = entries.filter((e) => keys.includes(e.key));
    this.#triaged = this.#triage.acknowledge(
      chosen,
      entries,
      this.#triageFacts(state),
      until.ms === null ? null : now + until.ms,
    );
  }

  // Only what is on the screen can be answered.
  #declineOffer(): boolean {
    const { screen, notice } = this.#frame;
    if (screen.mode !== 'table' || screen.filter !== '' || this.#offer === '' || notice !== this.#offer) return false;
    this.#triage.decline();
    return true;
  }

  // Loops that were there for long bury what is new: said in each cluster until somebody answers.
  #offerOf(entries: readonly TableEntry[], { isHead, now, state }: TriageFacts): string {
    const old = isHead && state.podsListedAt !== null && this.#triage.offers ? this.#triage.old(entries, now) : [];
    return old.length === 0 ? '' : `${describeProblem(old)} older than a day: A acknowledges, Esc does not`;
  }

  // What the first whole list showed had begun before, nobody knows when, and is not new. In a recording nobody is away: what began lately is.
  #newSince({ isHead, now }: TriageFacts, wallNow: number): number {
    const { head, endedAt } = this.#session.timeline;
    return Math.max(head.podsListedAt ?? endedAt, isHead ? idleSince(this.#attention, wallNow) : now - NEW_FOR_MS);
  }

  // Esc closes what lies on top first: the drill-down, then the filter, then the past.
  #goBackToHead(): boolean {
    const { mode, filter } = this.#screen;
    if (mode !== 'table' || filter !== '' || this.#playback.session !== 'live' || this.#playback.state === 'live') return false;
    this.#play({ type: 'return' });
    return true;
  }

  #command(id: ScreenCommand): void {
    const { table, tab } = this.#frame;
    const detail = tab?.drawn ?? NOTHING_DRAWN;
    const context = { table, height: this.#tableHeight(), detail, help: this.#helpScrolled() };
    this.#changeScreen(settle(update(this.#screen, id, context), table, context.height));
  }

  #helpScrolled(): Scrolled {
    const { columns, rows } = this.#size;
    return { lines: helpLines(this.#frame, columns).length, height: helpHeight(rows), top: this.#screen.helpOffset };
  }

  // A change of what is listed or how decides the order anew; moving about does not.
  #changeScreen(screen: ScreenState): void {
    const before = this.#screen;
    this.#screen = screen;
    if (
      before.sort !== screen.sort ||
      before.filter !== screen.filter ||
      before.showAll !== screen.showAll ||
      before.grouping !== screen.grouping
    )
      this.#keepsOrder = false;
  }

  #play(event: PlaybackEvent): void {
    this.#tick();
    this.#playback = transition(this.#playback, event, this.#session.timeline);
    this.#keepsOrder = false;
  }

  #tick(): void {
    const { timeline, clock } = this.#session;
    const grew = timeline.length !== this.#timelineLength;
    this.#timelineLength = timeline.length;
    if (grew) this.#playback = transition(this.#playback, { type: 'appended' }, timeline);
    if (this.#playback.growing && this.#session.connection().phase === 'recorded') {
      this.#playback = transition(this.#playback, { type: 'loaded' }, timeline);
    }
    this.#playback = transition(this.#playback, { type: 'tick', now: clock.now() }, timeline);
  }

  // A throw out of a timer or of a key would end the process with its words on the alternate screen, where nobody reads them.
  #guard<T>(action: () => T): T | null {
    try {
      return action();
    } catch (error) {
      if (this.#program === null) throw error;
      this.#program.fail(error);
      return null;
    }
  }

  #drawGuarded(): number | null {
    return this.#guard(() => this.#draw());
  }

  #draw(): number | null {
    this.#tick();
    this.#show();
    return this.#nextDraw();
  }

  // Time does not move: what a key does is drawn from what was last worked out.
  #show(): void {
    const end = this.#session.beginFrame?.();
    this.#frame = this.#read();
    this.#prefer();
    this.#readEvents();
    this.#fetchObject();
    for (const listener of this.#listeners) listener();
    end?.();
  }

  // Playing moves all the time; else only seconds tick, in ages and countdowns. A recording that stands has nothing to tell.
  #nextDraw(): number | null {
    const { state, speed, session } = this.#playback;
    if (state === 'playing') return speed > 1 ? FRAME_MS : 2 * FRAME_MS;
    if (session === 'recording') return this.#playback.growing ? 5 * FRAME_MS : null;
    return 1000 - (this.#session.clock.now() % 1000);
  }

  // Said again only when it is another one: a selection stays where it is for most frames.
  #prefer(): void {
    const { subject, table, screen } = this.#frame;
    const lookedAt = subject ?? selectedEntry({ table, screen });
    if (lookedAt === null || isWorkloadEntry(lookedAt) || lookedAt.key === this.#preferred) return;
    this.#preferred = lookedAt.key;
    this.#session.prefer?.(lookedAt.record.pod.uid, lookedAt.container.name);
  }

  // Asked with each frame: the session itself asks no more often than is worth it. The past has no newer events.
  #readEvents(): void {
    const { subject, screen } = this.#frame;
    if (screen.detail?.tab !== 'events' || subject === null || isWorkloadEntry(subject) || this.#playback.state !== 'live')
      return;
    const { pod } = subject.record;
    this.#session.readEvents?.(pod.namespace, pod.uid);
  }

  #fetchObject(): void {
    const { tab } = this.#frame;
    const record = tab?.detail.tab === 'spec' ? shownRecord(tab.facts) : null;
    if (record !== null) this.#objects.want(record);
  }

  #tableHeight(): number {
    return layoutOf(this.#size, this.#screen, this.#transportHeight()).table;
  }

  #transportHeight(): number {
    return this.#playback.session === 'recording' || this.#playback.state !== 'live' ? PLAYBACK_BAR_HEIGHT : 0;
  }

  #read(): Frame {
    const session = this.#session;
    const { timeline, source } = session;
    const now = this.#playback.cursor;
    const wallNow = session.clock.now();
    const state = timeline.stateAt(now);
    const facts = this.#triageFacts(state);
    const listed = this.#problemsAt(state, now);
    const problems = this.#triage.stand(listed.entries, facts);
    const acknowledged = problems.filter(isAcknowledged);
    const open = acknowledged.length === 0 ? problems : problems.filter((p) => !isAcknowledged(p));
    const nodeTroubles = listed.nodeTroubles.filter((t) => open.some((p) => t.members.has(p.key)));
    this.#offer = this.#offerOf(problems, facts);
    const entries: readonly TableEntry[] = this.#screen.showAll ? [...problems, ...healthyEntries(state, problems)] : problems;
    const filter = parseFilter(this.#screen.filter);
    const shown = entries.filter((e) => passes(filter, e, (entry) => statusOf(entry, now, source.serverVersion)));
    const newSince = this.#newSince(facts, wallNow);
    const height = this.#tableHeight();
    const request: TableRequest = {
      entries: shown.filter((e) => !isAcknowledged(e)),
      sort: this.#screen.sort,
      folds: this.#screen.folds,
      grouping: this.#screen.grouping,
      nodeTroubles,
      height,
      newSince,
      wallNow,
      before: this.#keepsOrder ? (this.#table?.order ?? null) : null,
    };
    const folded = shown.filter(isAcknowledged);
    const table = withAcknowledged(tableOf(request), folded, request, this.#screen.showsAcknowledged);
    this.#keepsOrder = true;
    this.#table = table;
    this.#screen = settle(this.#screen, table, height);
    const frame: Omit<Frame, 'tab'> = {
      kind: session.kind,
      source,
      connection: session.connection(),
      state,
      gaps: timeline.gapsAt(now),
      now,
      wallNow,
      startedAt: timeline.startedAt,
      newSince,
      newCount: countSince(open, nodeTroubles, newSince),
      troubled: open.length,
      notLive: notLiveText(this.#playback, timeline),
      counts: new Map([...countWorkloads(open, nodeTroubles), ['acknowledged', workloadsOf(acknowledged)]]),
      screen: this.#screen,
      filtered: entries.length - shown.length,
      listed: entries.length,
      table,
      entries,
      shared: listed.shared,
      transportLines: this.#transportHeight() === 0 ? [] : playbackBarLines(this.#playback, timeline, this.#size.columns),
      notice: this.#copied || (session.notices().slice(this.#noticesRead).at(-1) ?? (this.#triaged || this.#offer)),
      size: this.#size,
      playback: this.#playback,
      activity: session.activity?.() ?? null,
      subject: this.#subject(state, problems),
    };
    return { ...frame, tab: openTabOf(frame, (record) => this.#objects.of(record), this.#gridOf) };
  }

  #problemsAt(state: ClusterState, now: number): ProblemsAt {
    if (this.#problems?.state !== state || this.#problems.now !== now) this.#problems = problemsWithin(state, now);
    return this.#problems;
  }

  #subject(state: ClusterState, problems: readonly TableEntry[]): TableEntry | null {
    const { detail } = this.#screen;
    return detail === null ? null : (entryOf(state, problems, detail.key) ?? null);
  }
}
