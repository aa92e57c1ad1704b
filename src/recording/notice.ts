/**
 * Something about the input that is worth knowing but no error: reading continued.
 * - `interrupted`: the recording has no end line; its writer was stopped.
 * - `last-line-dropped`: the last line (or object) is cut off.
 * - `lines-skipped`: `--lenient` skipped unreadable lines.
 * - `damaged`: `--lenient` read a file whose bytes are not those that were written.
 * - `cut`: texts or objects were larger than Kubernetes allows, and are shown in part.
 * - `kinds-skipped`: the kubectl output contains objects other than Pods.
 * - `no-list`: the kubectl output starts with changes; pods that did not change are missing.
 * - `stream-ended`: a live stream ended; what is shown no longer changes.
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
