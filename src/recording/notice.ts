/**
 * Something that a reader of the input should know and that is no error: the reading went on.
 * - `interrupted`: the recording has no end line; its writer was stopped.
 * - `last-line-dropped`: the last line (or object) is cut off.
 * - `lines-skipped`: `--lenient` left out what could not be read.
 * - `damaged`: `--lenient` read a file whose bytes are not those that were written.
 * - `cut`: texts or objects were larger than Kubernetes allows, and are shown in part.
 * - `kinds-skipped`: kubectl's output holds objects that are no Pods.
 * - `no-list`: kubectl's output begins with changes; pods that did not change are not in it.
 * - `stream-ended`: a live stream ended; what is shown stands still from then on.
 */
export type NoticeKind =
  | 'interrupted'
  | 'last-line-dropped'
  | 'lines-skipped'
  | 'damaged'
  | 'cut'
  | 'kinds-skipped'
  | 'no-list'
  | 'stream-ended';

export interface Notice {
  readonly kind: NoticeKind;
  /** One safe line. */
  readonly message: string;
}
