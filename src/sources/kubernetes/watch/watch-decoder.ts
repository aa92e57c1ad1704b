import { type Json, objectOf, stringOf } from '../../../text/json.ts';
import { LineSplitter, textOf } from '../../../text/line-splitter.ts';
import { BOUNDS, sizeText } from '../bounds.ts';
import { ConnectionError } from '../http/connection-error.ts';
import { decodeWatchEvent } from './protobuf/decode.ts';
import { FrameSplitter } from './protobuf/frame-splitter.ts';

/** An event of a watch. */
export interface WatchEvent {
  readonly type: string;
  readonly object: Json;
  /** Its size on the wire, in bytes (of JSON: in UTF-16 units). */
  readonly size: number;
}

/** Decodes the body of a watch as it arrives. */
export interface WatchDecoder {
  /**
   * The events that this chunk completes, each decoded on demand.
   * @throws ConnectionError of kind `unreadable`, or `excessive` if an event has no end.
   */
  push(chunk: Uint8Array): Iterable<WatchEvent>;
  /** How many bytes of an incomplete event are held. */
  readonly pendingBytes: number;
}

/** @param mostBytes the longest event. */
export function watchDecoder(isProtobuf: boolean, mostBytes: number = BOUNDS.answerBytes): WatchDecoder {
  return isProtobuf ? new ProtobufDecoder(mostBytes) : new JsonDecoder(mostBytes);
}

class JsonDecoder implements WatchDecoder {
  readonly #lines = new LineSplitter();
  readonly #mostBytes: number;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  get pendingBytes(): number {
    return this.#lines.pendingBytes;
  }

  *push(chunk: Uint8Array): Generator<WatchEvent> {
    for (const line of this.#lines.push(chunk)) {
      const text = textOf(line);
      if (text === '') continue;
      const event = parse(text);
      yield { type: stringOf(event.type), object: objectOf(event.object), size: text.length };
    }
    if (this.pendingBytes <= this.#mostBytes) return;
    const detail = `it sent an event of more than ${sizeText(this.#mostBytes)}`;
    throw new ConnectionError('excessive', detail, { detail });
  }
}

class ProtobufDecoder implements WatchDecoder {
  readonly #frames: FrameSplitter;

  constructor(mostBytes: number) {
    this.#frames = new FrameSplitter(mostBytes);
  }

  get pendingBytes(): number {
    return this.#frames.pendingBytes;
  }

  *push(chunk: Uint8Array): Generator<WatchEvent> {
    for (const frame of orUnreadable(() => this.#frames.push(chunk)))
      yield { ...orUnreadable(() => decodeWatchEvent(frame)), size: frame.length };
  }
}

function orUnreadable<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    throw unreadable(`a message of the watch is damaged: ${error instanceof Error ? error.message : error}`);
  }
}

function parse(line: string): Json {
  let event: unknown;
  try {
    event = JSON.parse(line);
  } catch {
    event = null;
  }
  if (typeof event === 'object' && event !== null) return event as Json;
  throw unreadable('a line of the watch is not a JSON object');
}

function unreadable(detail: string): ConnectionError {
  return new ConnectionError('unreadable', detail, { detail });
}
