import type { Notice } from '../recording/notice.ts';
import type { Json } from '../text/json.ts';
import type { Envelope, SourceInfo } from '../timeline/envelope.ts';

/** Input that is open and known for what it is: a recording, or kubectl's output; a file, or a stream. */
export interface OpenedSource {
  readonly info: SourceInfo;
  /** When the timeline begins, epoch ms. */
  readonly startedAt: number;
  /** Does it go on as it happens (standard input from a running kubectl)? Else it is what happened once. */
  readonly live: boolean;
  /**
   * Everything that arrives, in order; to be iterated once. Ends with the input.
   * @throws InputError from the iteration, where the input is damaged; what came before it was given.
   */
  readonly envelopes: AsyncIterable<Envelope>;
  /**
   * When the source knows that it was closed, epoch ms: a recording's end line, which may lie after the last arrival. null
   * before the envelopes were all read, and where nothing says it.
   */
  readonly endedAt: number | null;
  /** What a reader of the input should know, so far; it grows while the envelopes are read. */
  readonly notices: readonly Notice[];
  /**
   * The redacted object, under the API's own field names, that an envelope with this `line` held for this UID. A file is
   * read again; of a stream the newest 64 MiB are kept. null where it is not there, or no longer.
   * @throws InputError where the file cannot be read again.
   */
  objectAt(line: number, uid: string): Promise<Json | null>;
  /** Stops reading: the envelopes end, without an error. Needed only where they are not read to their end. */
  close(): Promise<void>;
}
