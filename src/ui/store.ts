import { memoryKeeper } from '../diagnosis/acknowledgement/acknowledgement-keeper.ts';
import type { Connection } from '../diagnosis/connection.ts';
import type { Timers } from '../model/timers.ts';
import type { ClusterState } from '../timeline/state.ts';
import { type Frame, frameOf, type ListedProblems, listProblems, readsOf, stepContextOf } from '../view/frame.ts';
import { boxGrid, type GridPainter } from '../view/lines/small-table.ts';
import type { ScreenSize } from '../view/main-screen.ts';
import type { Order } from '../view/table/table.ts';
import type { Effect } from '../view/update/effect.ts';
import { paste } from '../view/update/modal.ts';
import { FIRST_SCREEN, type ScreenState } from '../view/update/screen-state.ts';
import { press } from '../view/update/step.ts';
import { isListedAnew } from '../view/update/table.ts';
import { Acknowledger, momentFactsOf } from './acknowledger.ts';
import { type CopyServices, EffectRunner } from './effect-runner.ts';
import { FrameScheduler } from './frame-scheduler.ts';
import { FullObjects } from './full-object.ts';
import { idleSince, keyPressed, NO_KEY_YET } from './last-input.ts';
import { Playhead } from './playhead.ts';
import type { Session } from './session.ts';

/** Actions on the program as a whole. */
export interface AppHandle {
  quit(): void;
  /** Hands the terminal back to the shell, until it is continued. */
  suspend(): void;
  /** Handles an unexpected error: restores the terminal, and reports the error. */
  fail(error: unknown): void;
}

/**
 * Takes keys and arrivals, and gives frames: at most ten a second, and at once after a key. What a
 * key does is worked out by `press` (view/update/step.ts), what is on the screen by `frameOf`
 * (view/frame.ts). The store subscribes, schedules, and has effects run.
 */
export class AppStore {
  readonly #session: Session;
  readonly #gridOf: GridPainter;
  readonly #scheduler: FrameScheduler;
  readonly #playhead: Playhead;
  readonly #acknowledger: Acknowledger;
  readonly #objects: FullObjects;
  readonly #effects: EffectRunner;
  readonly #listeners = new Set<() => void>();
  #app: AppHandle | null = null;
  #screen: ScreenState = FIRST_SCREEN;
  #size: ScreenSize;
  /** The order that the rows keep; null decides it anew. */
  #order: Order | null = null;
  /** The last result: two keys in one moment need the same. */
  #problems: ListedProblems | null = null;
  #frame: Frame;
  /** The connection at the session's last news. */
  #phase: Connection['phase'];
  #lastInput = NO_KEY_YET;

  /** @param gridOf draws small tables with a grid. */
  constructor(session: Session, timers: Timers, size: ScreenSize, copyServices: CopyServices, gridOf: GridPainter = boxGrid) {
    this.#session = session;
    this.#gridOf = gridOf;
    this.#playhead = new Playhead(session);
    this.#acknowledger = new Acknowledger(session.acknowledgements ?? memoryKeeper());
    this.#objects = new FullObjects(
      (record) => session.getObject(record),
      () => this.#guard(() => this.#show()),
    );
    const onSaid = () => this.#show();
    const onFailed = (error: unknown) => this.#app?.fail(error);
    this.#effects = new EffectRunner({
      session,
      copyServices,
      acknowledger: this.#acknowledger,
      objects: this.#objects,
      onSaid,
      onFailed,
    });
    this.#size = size;
    this.#phase = session.connection().phase;
    const now = () => session.clock.now();
    this.#scheduler = new FrameScheduler(timers, now, () => this.#guard(() => this.#draw()));
    this.#frame = this.#read();
  }

  /** Begins to follow the session. @returns a function that ends it. */
  start(app: AppHandle): () => void {
    this.#app = app;
    const unsubscribe = this.#session.subscribe(() => this.#guard(() => this.#hear()));
    this.#scheduler.flush();
    return () => {
      unsubscribe();
      this.#scheduler.stop();
      this.#app = null;
    };
  }

  /** The newest frame; the same object until something changes. */
  frame(): Frame {
    return this.#frame;
  }

  /** Calls back with each new frame. @returns a function that ends it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when everything fetched for the frame has arrived. */
  fetched(): Promise<void> {
    return this.#objects.settled();
  }

  /** Takes a new size of the terminal. */
  resize(size: ScreenSize): void {
    if (size.columns === this.#size.columns && size.rows === this.#size.rows) return;
    this.#size = size;
    this.#order = null;
    this.#scheduler.flush();
  }

  /** Draws the whole screen again, after another program had the terminal. */
  wake(): void {
    this.#scheduler.flush();
  }

  /** Takes keys by their names, in the order in which they were pressed. */
  press(names: readonly string[]): void {
    this.#guard(() => {
      this.#effects.hush();
      this.#lastInput = keyPressed(this.#lastInput, this.#session.clock.now());
      for (const [index, name] of names.entries()) {
        // The next key of the same input must see the result of this one.
        if (index > 0) this.#frame = this.#read();
        const { screen, effects } = press(this.#screen, name, stepContextOf(this.#frame, this.#session.timeline));
        this.#changeScreen(screen);
        for (const effect of effects) this.#run(effect);
      }
      this.#show();
    });
    // A playback key may need frames sooner than planned.
    this.#scheduler.markDirty();
  }

  /** Takes pasted text: only if something is being typed; it is not a sequence of keys. */
  paste(text: string): void {
    this.#guard(() => {
      const screen = paste(this.#screen, text);
      if (screen === this.#screen) return;
      this.#changeScreen(screen);
      this.#show();
    });
  }

  #changeScreen(screen: ScreenState): void {
    if (isListedAnew(this.#screen.table, screen.table)) this.#order = null;
    this.#screen = screen;
  }

  #run(effect: Effect): void {
    if (effect.type === 'quit' || effect.type === 'suspend') this.#app?.[effect.type]();
    else if (effect.type !== 'playback')
      this.#effects.run(effect, this.#frame, momentFactsOf(this.#playhead.playback, this.#frame.state));
    else {
      this.#playhead.play(effect.event);
      this.#order = null;
    }
  }

  // A complete list or a lost connection does not wait for the rest after a frame.
  #hear(): void {
    const { phase } = this.#session.connection();
    const isNews = phase !== this.#phase;
    this.#phase = phase;
    if (isNews) this.#scheduler.flush();
    else this.#scheduler.markDirty();
  }

  // An error thrown from a timer or a key would end the process with its message on the alternate
  // screen, where it is lost.
  #guard<T>(action: () => T): T | null {
    try {
      return action();
    } catch (error) {
      if (this.#app === null) throw error;
      this.#app.fail(error);
      return null;
    }
  }

  #draw(): number | null {
    this.#playhead.tick();
    this.#show();
    return this.#playhead.nextFrameIn();
  }

  // Time does not move: the result of a key is drawn from the last computed state.
  #show(): void {
    const end = this.#session.beginFrame?.();
    this.#frame = this.#read();
    for (const read of readsOf(this.#frame)) this.#effects.read(read);
    for (const listener of this.#listeners) listener();
    end?.();
  }

  #read(): Frame {
    const session = this.#session;
    const wallNow = session.clock.now();
    const { playback } = this.#playhead;
    const problems = this.#problemsIn(session.timeline.stateAt(playback.cursor), playback.cursor);
    const frame = frameOf({
      kind: session.kind,
      source: session.source,
      connection: session.connection(),
      activity: session.activity?.() ?? null,
      timeline: session.timeline,
      playback,
      screen: this.#screen,
      size: this.#size,
      wallNow,
      problems,
      judged: this.#acknowledger.stand(problems.entries, momentFactsOf(playback, problems.state)),
      offersOld: this.#acknowledger.offers,
      order: this.#order,
      awaySince: idleSince(this.#lastInput, wallNow),
      said: this.#effects.said(),
      objectOf: (record) => this.#objects.of(record),
      gridOf: this.#gridOf,
    });
    this.#screen = frame.screen;
    this.#order = frame.table.order;
    return frame;
  }

  #problemsIn(state: ClusterState, now: number): ListedProblems {
    if (this.#problems?.state !== state || this.#problems.now !== now) this.#problems = listProblems(state, now);
    return this.#problems;
  }
}
