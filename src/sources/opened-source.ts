import type { Notice } from '../recording/notice.ts';
import type { Json } from '../text/json.ts';
import type { Envelope, SourceInfo } from '../timeline/envelope.ts';

/** Opened input of known format: a recording, or kubectl's output; a file, or a stream. */
export interface OpenedSource {
  readonly info: SourceInfo;
  /** The start of the timeline, epoch ms. */
  readonly startedAt: number;
  /** Does it happen now (standard input from a running kubectl)? Else it is in the past. */
  readonly live: boolean;
  /**
   * All arrivals, in order; to be iterated once. Ends with the input.
   * @throws InputError from the iteration if the input is damaged, after the arrivals before the
   * damage.
   */
  readonly envelopes: AsyncIterable<Envelope>;
  /**
   * When the source was closed, if it says so, epoch ms: a recording's end line, which may lie
   * after the last arrival. null before all envelopes were read, and if nothing says it.
   */
  readonly endedAt: number | null;
  /** Notices for the user so far; more may come while the envelopes are read. */
  readonly notices: readonly Notice[];
  /**
   * The redacted object, under the API's own field names, that the envelope with this `line` held
   * for this UID. A file is read again; of a stream the newest 64 MiB are kept. null if it is not
   * there, or no longer.
   * @throws InputError if the file cannot be read again.
   */
  objectAt(line: number, uid: string): Promise<Json | null>;
  /**
   * Stops reading: the envelopes end, without an error. Only needed if they are not read to their
   * end.
   */
  close(): Promise<void>;
}
