import { type Json, objectOf, stringOf } from '../../model/json.ts';
import { ConnectionError } from './connection-error.ts';
import { LineSplitter } from './json-lines.ts';
import { decodeWatchEvent } from './protobuf/decode.ts';
import { FrameSplitter } from './protobuf/frame-splitter.ts';

/** An event of a watch. */
export interface WatchEvent {
  readonly type: string;
  readonly object: Json;
  /** What it took on the wire, in bytes (of JSON: in UTF-16 units). */
  readonly size: number;
}

/** Decodes the body of a watch as it comes. */
export interface WatchDecoder {
  /** The events that this chunk completes, each decoded when it is asked for. @throws ConnectionError of kind `unreadable`. */
  push(chunk: Uint8Array): Iterable<WatchEvent>;
}

export function watchDecoder(isProtobuf: boolean): WatchDecoder {
  return isProtobuf ? new ProtobufDecoder() : new JsonDecoder();
}

class JsonDecoder implements WatchDecoder {
  readonly #lines = new LineSplitter();

  *push(chunk: Uint8Array): Generator<WatchEvent> {
    for (const line of this.#lines.push(chunk)) {
      const event = parse(line);
      yield { type: stringOf(event.type), object: objectOf(event.object), size: line.length };
    }
  }
}

class ProtobufDecoder implements WatchDecoder {
  readonly #frames = new FrameSplitter();

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
  throw unreadable('a line of the watch is no JSON object');
}

function unreadable(detail: string): ConnectionError {
  return new ConnectionError('unreadable', detail, { detail });
}
