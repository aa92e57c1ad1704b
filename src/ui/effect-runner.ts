import type { TableEntry } from '../diagnosis/entry.ts';
import { copiedText } from '../view/copy-menu.ts';
import type { Frame, Read } from '../view/frame.ts';
import type { MainFacts } from '../view/main-screen.ts';
import type { Effect } from '../view/update/effect.ts';
import type { Acknowledger, MomentFacts } from './acknowledger.ts';
import type { Clipboard } from './clipboard.ts';
import type { FullObjects } from './full-object.ts';
import type { Session } from './session.ts';

/** The input of an explanation: one entry at one time. */
export interface ExplainedFacts extends Pick<MainFacts, 'state' | 'source' | 'gaps' | 'now'> {
  readonly entry: TableEntry;
  readonly others: readonly TableEntry[];
}

/** The services behind the key `c`. */
export interface CopyServices {
  readonly clipboard: Clipboard;
  /** One page of plain text, as printed by `crashtop explain`. */
  explain(facts: ExplainedFacts): Promise<string>;
}

/** The services that effects use. */
export interface World {
  readonly session: Pick<Session, 'save' | 'prefer' | 'readEvents' | 'notices'>;
  readonly copyServices: CopyServices;
  readonly acknowledger: Acknowledger;
  readonly objects: FullObjects;
  /** A longer action has ended, and there is a result to show. */
  onSaid(): void;
  onFailed(error: unknown): void;
}

/** The effects that change neither time nor the program. */
export type WorldEffect = Exclude<Effect, { readonly type: 'playback' | 'quit' | 'suspend' }>;

/** Runs effects, requests the reads of a frame, and keeps the message shown until the next key. */
export class EffectRunner {
  readonly #world: World;
  /** How many notices there were at the last key: older ones were read. */
  #noticesRead = 0;
  #copied = '';
  #told = '';
  /** The key of the container that the session was last told to prefer. */
  #preferred = '';

  constructor(world: World) {
    this.#world = world;
  }

  /** The message since the last key, copies first; '' if there is none. */
  said(): string {
    return this.#copied || (this.#world.session.notices().slice(this.#noticesRead).at(-1) ?? this.#told);
  }

  /** A key was pressed: messages count as read. */
  hush(): void {
    this.#noticesRead = this.#world.session.notices().length;
    this.#copied = '';
    this.#told = '';
  }

  /** @param frame the frame on the screen when the key was pressed. */
  run(effect: WorldEffect, frame: Frame, facts: MomentFacts): void {
    const { session, acknowledger } = this.#world;
    switch (effect.type) {
      case 'save':
        session.save?.();
        break;
      case 'copy':
        this.#copy(effect.text);
        break;
      case 'copyExplanation':
        void this.#copyExplanation(effect.entry, frame);
        break;
      case 'decline':
        acknowledger.decline();
        break;
      case 'say':
        this.#told = effect.text;
        break;
      case 'acknowledge':
        this.#told = acknowledger.acknowledge(entriesOf(frame, effect.keys), frame.entries, facts, effect.until);
        break;
      case 'takeBack':
        this.#told = acknowledger.takeBack(entriesOf(frame, effect.keys), frame.entries);
        break;
      default:
        // The compiler reports a missing case.
        effect satisfies never;
    }
  }

  /** Called with each frame: the session itself limits how often it asks. */
  read(read: Read): void {
    const { session, objects } = this.#world;
    if (read.type === 'object') objects.want(read.record);
    else if (read.type === 'events') session.readEvents?.(read.namespace, read.podUid);
    // Only tell the session on change: the selection stays for most frames.
    else if (read.key !== this.#preferred) {
      this.#preferred = read.key;
      session.prefer?.(read.podUid, read.container);
    }
  }

  #copy(text: string): void {
    this.#copied = copiedText(text, this.#world.copyServices.clipboard.copy(text));
  }

  async #copyExplanation(entry: TableEntry, { state, source, gaps, now }: Frame): Promise<void> {
    const { copyServices, onSaid, onFailed } = this.#world;
    try {
      this.#copy(await copyServices.explain({ state, source, gaps, now, entry, others: [] }));
      onSaid();
    } catch (error) {
      onFailed(error);
    }
  }
}

function entriesOf({ entries }: Frame, keys: readonly string[]): readonly TableEntry[] {
  return entries.filter((e) => keys.includes(e.key));
}
