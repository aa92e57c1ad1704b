/** What playback needs of a timeline; a `Timeline` is one. All times in whole epoch ms. */
export interface Arrivals {
  readonly startedAt: number;
  readonly endedAt: number;
  nextArrival(at: number): number | null;
  previousArrival(at: number): number | null;
  nextCrash(at: number): number | null;
  previousCrash(at: number): number | null;
}

/** Seconds of the timeline per second of real time. */
export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64] as const;
export type Speed = (typeof SPEEDS)[number];

/** Is this one of the {@link SPEEDS}? */
export function isSpeed(speed: number): speed is Speed {
  return SPEEDS.includes(speed as Speed);
}

/**
 * - `live`: the cursor follows the head, which is the clock; the playback keys are off. Live
 *   sessions only.
 * - `playing`: the cursor moves with real time.
 * - `paused`: the cursor stands still.
 * - `ended`: the cursor stands at the end of a recording that has been read completely.
 */
export type PlaybackState = 'live' | 'playing' | 'paused' | 'ended';

/**
 * An idle stretch that was skipped, epoch ms. The screen mentions it until the cursor reaches
 * `until`.
 */
export interface Skip {
  readonly from: number;
  readonly to: number;
  readonly until: number;
}

/** The position of a session on its timeline. Immutable. */
export interface Playback {
  readonly state: PlaybackState;
  /** A live session's head is the clock; a recording's is its last arrival. */
  readonly session: 'live' | 'recording';
  /** Is a recording still being read? Then its end is not known yet. */
  readonly growing: boolean;
  /** The time that the screen shows, whole epoch ms: `now` for every age and countdown. */
  readonly cursor: number;
  /** The fraction of a ms that the cursor has yet to move, so that slow playback does advance. */
  readonly rest: number;
  readonly speed: Speed;
  /** Real time of the last tick, epoch ms; null before the first. */
  readonly tickedAt: number | null;
  /** Where the user last put the cursor, epoch ms: what they went to see is not skipped. */
  readonly lookedFrom: number;
  /**
   * A requested time that has not been read yet, epoch ms; Infinity for the end. The cursor goes
   * there as reading proceeds.
   */
  readonly wanted: number | null;
  /** The skip that the screen mentions; null if none. */
  readonly skip: Skip | null;
}

/** All events of a playback. `at`, `by` and `now` in ms. */
export type PlaybackEvent =
  | { readonly type: 'toggle' }
  | { readonly type: 'faster' }
  | { readonly type: 'slower' }
  | { readonly type: 'seek'; readonly at: number }
  | { readonly type: 'shift'; readonly by: number }
  | { readonly type: 'stepForward' }
  | { readonly type: 'stepBack' }
  | { readonly type: 'nextCrash' }
  | { readonly type: 'previousCrash' }
  | { readonly type: 'home' }
  | { readonly type: 'end' }
  /** `T`: leaves the head of a live session, and returns to it. */
  | { readonly type: 'travel' }
  /** `Esc`: returns to the head of a live session. */
  | { readonly type: 'return' }
  /** Real time passed: it is `now`. */
  | { readonly type: 'tick'; readonly now: number }
  /** The timeline grew. */
  | { readonly type: 'appended' }
  /** A recording has been read completely. */
  | { readonly type: 'loaded' };

export type PlaybackEventType = PlaybackEvent['type'];
type EventOf<T extends PlaybackEventType> = Extract<PlaybackEvent, { readonly type: T }>;

/**
 * Moves a playback whose state is set to the rule's already. The state changes again only if the
 * cursor reaches the end.
 */
type MoveOn<E extends PlaybackEvent> = (playback: Playback, event: E, timeline: Arrivals) => Playback;
type Move<T extends PlaybackEventType> = MoveOn<EventOf<T>>;

interface Rule<E extends PlaybackEvent> {
  readonly to: PlaybackState;
  readonly move: MoveOn<E>;
}

// After a stop (Ctrl-Z, a closed lid), playback must not fast-forward.
const MAX_TICK_MS = 2000;

// Idle stretches, in real time: if nothing arrives for longer than IDLE_MS, playback shows the
// first LINGER_MS and the last LEAD_MS. A countdown is worth seeing where it begins and where it
// runs out; in between it only counts.
const IDLE_MS = 5000;
const LINGER_MS = 2000;
const LEAD_MS = 1000;

// While playing, the crash just passed is not the previous one: otherwise one could not go back
// beyond it.
const JUST_PASSED_MS = 1000;

const stay = (playback: Playback): Playback => playback;

const looking = (playback: Playback): Playback => ({
  ...playback,
  rest: 0,
  lookedFrom: playback.cursor,
  skip: null,
});

function withSpeed(playback: Playback, steps: 1 | -1): Playback {
  const index = SPEEDS.indexOf(playback.speed) + steps;
  return {
    ...playback,
    speed: SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, index))] as Speed,
  };
}
const faster = (playback: Playback) => withSpeed(playback, 1);
const slower = (playback: Playback) => withSpeed(playback, -1);

function goTo(playback: Playback, target: number, timeline: Arrivals): Playback {
  if (Number.isNaN(target)) return playback;
  const end = endOf(playback, timeline);
  if (playback.session === 'live' && target >= end) return toHead(playback, timeline);
  const cursor = clamp(Math.round(target), timeline.startedAt, end);
  const wanted = playback.growing && target > end ? target : null;
  return {
    ...playback,
    cursor,
    rest: 0,
    lookedFrom: cursor,
    skip: null,
    wanted,
  };
}

const seek: Move<'seek'> = (playback, { at }, timeline) => goTo(playback, at, timeline);
const shift: Move<'shift'> = (playback, { by }, timeline) => goTo(playback, playback.cursor + by, timeline);
const home: Move<'home'> = (playback, _, timeline) => goTo(playback, timeline.startedAt, timeline);
const end: Move<'end'> = (playback, _, timeline) => goTo(playback, Number.POSITIVE_INFINITY, timeline);

// Without such a point the cursor stays: a jump to anywhere else would be a surprise.
function goToPoint(playback: Playback, at: number | null, timeline: Arrivals): Playback {
  return at === null ? playback : goTo(playback, at, timeline);
}

const stepForward: Move<'stepForward'> = (playback, _, timeline) =>
  goToPoint(playback, timeline.nextArrival(playback.cursor), timeline);

const stepBack: Move<'stepBack'> = (playback, _, timeline) =>
  goToPoint(playback, timeline.previousArrival(playback.cursor) ?? timeline.startedAt, timeline);

const nextCrash: Move<'nextCrash'> = (playback, _, timeline) =>
  goToPoint(playback, timeline.nextCrash(playback.cursor), timeline);

const previousCrash: Move<'previousCrash'> = (playback, _, timeline) => {
  const passed = playback.state === 'playing' ? JUST_PASSED_MS * playback.speed : 0;
  return goToPoint(playback, timeline.previousCrash(playback.cursor - passed), timeline);
};

const playFromHome: Move<'toggle'> = (playback, _, timeline) => goTo(playback, timeline.startedAt, timeline);

function toHead(playback: Playback, timeline: Arrivals): Playback {
  if (playback.session !== 'live') return playback;
  const cursor = endOf(playback, timeline);
  return {
    ...playback,
    state: 'live',
    cursor,
    rest: 0,
    lookedFrom: cursor,
    wanted: null,
    skip: null,
  };
}
const returnToHead: Move<'travel' | 'return' | 'appended'> = (playback, _, timeline) => toHead(playback, timeline);

const followClock: Move<'tick'> = (playback, { now }, timeline) => toHead({ ...playback, tickedAt: now }, timeline);

const noteTime: Move<'tick'> = (playback, { now }) => ({
  ...playback,
  tickedAt: now,
});

const play: Move<'tick'> = (playback, { now }, timeline) => {
  const ticked = { ...playback, tickedAt: now };
  if (playback.wanted !== null) return ticked;
  const real = clamp(now - (playback.tickedAt ?? now), 0, MAX_TICK_MS);
  const recorded = playback.rest + real * playback.speed;
  const whole = Math.floor(recorded);
  const moved = {
    ...ticked,
    cursor: playback.cursor + whole,
    rest: recorded - whole,
  };
  const end = endOf(moved, timeline);
  return moved.cursor >= end ? { ...moved, cursor: end, rest: 0, skip: null } : skipIdle(moved, timeline);
};

function skipIdle(playback: Playback, timeline: Arrivals): Playback {
  const { cursor, speed } = playback;
  const skip = playback.skip !== null && cursor < playback.skip.until ? playback.skip : null;
  const next = timeline.nextArrival(cursor);
  if (next === null) return { ...playback, skip };
  const arrived = timeline.previousArrival(cursor + 1) ?? timeline.startedAt;
  const from = Math.max(arrived, playback.lookedFrom);
  const to = next - LEAD_MS * speed;
  if (next - from <= IDLE_MS * speed || cursor < from + LINGER_MS * speed || cursor >= to) return { ...playback, skip };
  return {
    ...playback,
    cursor: to,
    rest: 0,
    skip: { from: cursor, to, until: next },
  };
}

const goOnToWanted: Move<'appended'> = (playback, _, timeline) =>
  playback.wanted === null ? playback : goTo(playback, playback.wanted, timeline);

const finish: Move<'loaded'> = (playback, _, timeline) =>
  playback.session === 'live'
    ? playback
    : {
        ...goOnToWanted(playback, { type: 'appended' }, timeline),
        growing: false,
        wanted: null,
      };

function rule<E extends PlaybackEvent = PlaybackEvent>(to: PlaybackState, move: MoveOn<E>): Rule<E> {
  return { to, move };
}

// A stray key must never make a live screen stale: at the head only `travel` works.
const ASLEEP = rule('live', stay);

/**
 * STATE x EVENT: the next state, and how the cursor moves. Whatever the table says, playing ends
 * when the cursor reaches the end of its timeline; see `arrive`.
 */
const TABLE: {
  readonly [S in PlaybackState]: {
    readonly [T in PlaybackEventType]: Rule<EventOf<T>>;
  };
} = {
  live: {
    toggle: ASLEEP,
    faster: ASLEEP,
    slower: ASLEEP,
    seek: ASLEEP,
    shift: ASLEEP,
    stepForward: ASLEEP,
    stepBack: ASLEEP,
    nextCrash: ASLEEP,
    previousCrash: ASLEEP,
    home: ASLEEP,
    end: ASLEEP,
    travel: rule('paused', looking), // the screen stays while the clock goes on; the keys work
    return: ASLEEP, // already at the head
    tick: rule('live', followClock),
    appended: rule('live', returnToHead), // the head moved
    loaded: ASLEEP, // never happens live
  },
  playing: {
    toggle: rule('paused', stay),
    faster: rule('playing', faster),
    slower: rule('playing', slower),
    seek: rule('playing', seek),
    shift: rule('playing', shift),
    stepForward: rule('paused', stepForward), // stepping means looking
    stepBack: rule('paused', stepBack),
    nextCrash: rule('playing', nextCrash),
    previousCrash: rule('playing', previousCrash),
    home: rule('playing', home),
    end: rule('playing', end), // live: back at the head
    travel: rule('playing', returnToHead), // live: a recording has no head to return to
    return: rule('playing', returnToHead),
    tick: rule('playing', play),
    appended: rule('playing', goOnToWanted),
    loaded: rule('playing', finish),
  },
  paused: {
    toggle: rule('playing', looking),
    faster: rule('paused', faster),
    slower: rule('paused', slower),
    seek: rule('paused', seek),
    shift: rule('paused', shift),
    stepForward: rule('paused', stepForward),
    stepBack: rule('paused', stepBack),
    nextCrash: rule('paused', nextCrash),
    previousCrash: rule('paused', previousCrash),
    home: rule('paused', home),
    end: rule('paused', end),
    travel: rule('paused', returnToHead),
    return: rule('paused', returnToHead),
    tick: rule('paused', noteTime), // the distance to the head grows
    appended: rule('paused', goOnToWanted),
    loaded: rule('paused', finish),
  },
  ended: {
    toggle: rule('playing', playFromHome), // as every player does
    faster: rule('ended', faster),
    slower: rule('ended', slower),
    seek: rule('paused', seek),
    shift: rule('paused', shift),
    stepForward: rule('ended', stay), // nothing follows
    stepBack: rule('paused', stepBack),
    nextCrash: rule('ended', stay),
    previousCrash: rule('paused', previousCrash),
    home: rule('paused', home),
    end: rule('ended', stay), // already there
    travel: rule('ended', stay), // a recording has no head to leave
    return: rule('ended', stay),
    tick: rule('ended', noteTime),
    appended: rule('paused', stay), // more arrived after all
    loaded: rule('ended', stay),
  },
};

// The one guard behind the table. Playing ends at the end; the end of a recording is a state of its
// own. When the machine's clock is set back, a live head goes back, and so does a cursor behind it.
function arrive(playback: Playback, timeline: Arrivals): Playback {
  const end = endOf(playback, timeline);
  if (playback.cursor < end) return playback;
  if (playback.session === 'live')
    return playback.state === 'playing' ? toHead(playback, timeline) : { ...playback, cursor: end };
  return playback.growing ? playback : { ...playback, state: 'ended', skip: null };
}

/** The playback after an event. Pure: only reads the timeline. */
export function transition(playback: Playback, event: PlaybackEvent, timeline: Arrivals): Playback {
  // The table is total and files each rule under the name of its event, which the compiler cannot
  // follow here.
  const { to, move } = TABLE[playback.state][event.type] as Rule<never>;
  return arrive(move({ ...playback, state: to }, event as never, timeline), timeline);
}

/** Starts a session that follows the head of a live timeline; `now` is real time in epoch ms. */
export function liveAt(now: number, timeline: Arrivals): Playback {
  return toHead({ ...NOT_MOVED, session: 'live', growing: true, tickedAt: now }, timeline);
}

/** Where and how playback of a recording begins. */
export interface ReplayStart {
  /**
   * Where to begin, epoch ms. If that has not been read yet, the cursor goes there as reading
   * proceeds.
   */
  readonly at: number;
  readonly speed: Speed;
  readonly playing: boolean;
  /**
   * Is the file still being read? Then `appended` events report its growth and `loaded` its end.
   */
  readonly growing: boolean;
}

/** Starts a session that plays a recording. */
export function replayFrom({ at, speed, playing, growing }: ReplayStart, timeline: Arrivals): Playback {
  const begun: Playback = {
    ...NOT_MOVED,
    state: playing ? 'playing' : 'paused',
    session: 'recording',
    growing,
    speed,
  };
  return arrive(goTo({ ...begun, cursor: timeline.startedAt }, at, timeline), timeline);
}

const NOT_MOVED: Playback = {
  state: 'paused',
  session: 'recording',
  growing: false,
  cursor: 0,
  rest: 0,
  speed: 1,
  tickedAt: null,
  lookedFrom: 0,
  wanted: null,
  skip: null,
};

/**
 * The latest time that a session can show, epoch ms: the clock if live, else the newest arrival
 * read.
 */
export function endOf(playback: Playback, timeline: Pick<Arrivals, 'endedAt'>): number {
  return playback.session === 'live' ? Math.max(timeline.endedAt, playback.tickedAt ?? 0) : timeline.endedAt;
}

/** Does it show what is now: the head of a live session? */
export function isAtHead({ session, state }: Pick<Playback, 'session' | 'state'>): boolean {
  return session === 'live' && state === 'live';
}

/**
 * How far a live session's cursor is behind its head, ms; null at the head, and for a recording.
 */
export function behindHead(playback: Playback, timeline: Pick<Arrivals, 'endedAt'>): number | null {
  if (playback.session !== 'live' || isAtHead(playback)) return null;
  return endOf(playback, timeline) - playback.cursor;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
