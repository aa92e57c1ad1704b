/**
 * All bounds on data from a server, a plug-in or a credentials file: anything beyond is not
 * Kubernetes. Each is larger than anything an honest sender sends; a broken or malicious one then
 * costs bounded memory and one clear line. Bounds count bytes and objects, never time alone, so
 * that a slow connection does not count as hostile.
 */
export interface Bounds {
  /**
   * Bytes of one answer, packed or unpacked, and of one event of a watch. An object has at most 3
   * MiB (MaxRequestBodyBytes of k8s.io/apiserver, etcd takes 1.5 MiB) and 18 MiB in JSON, which
   * writes a byte as at most six; a page of such large objects is requested again in smaller pages
   * (reflector-state.ts).
   */
  readonly answerBytes: number;
  /** Bytes read of the body of a failure: the rest says nothing more. A Status has hundreds. */
  readonly errorBytes: number;
  /**
   * Bytes of a log: sixteen times the `limitBytes` that crashtop requests and the kubelet obeys.
   */
  readonly logBytes: number;
  /**
   * Bytes of the headers of an answer: Node's own bound. An API server sends 500, proxies a few
   * thousand.
   */
  readonly headerBytes: number;
  /**
   * Objects of a collection. Kubernetes supports 150,000 pods (kubernetes.io: considerations for
   * large clusters).
   */
  readonly objects: number;
  /** Pages of a list: all objects in pages of fifty. */
  readonly pages: number;
  /**
   * Bytes that an answer, or an event of a watch, must bring in a minute so as not to count as
   * silent: 270 a second.
   */
  readonly progressBytes: number;
  /**
   * How long a server may ask to be left alone, in ms. API servers say 1 s to 32 s (maxRetryAfter
   * of k8s.io/apiserver).
   */
  readonly retryAfterMs: number;
  /**
   * Bytes printed by an exec plug-in: a token is a header of some kB, a certificate with its key
   * less than 64 KiB.
   */
  readonly plugInBytes: number;
  /**
   * Bytes of a kubeconfig. A thousand clusters with their certificates take 6 MB, and some seconds
   * to read.
   */
  readonly kubeconfigBytes: number;
  /**
   * Bytes of a file with a token, a certificate, a key or authorities: all public authorities
   * together are 250 kB.
   */
  readonly credentialBytes: number;
}

const KIB = 1024;
const MIB = 1024 * KIB;

export const BOUNDS: Bounds = Object.freeze({
  answerBytes: 32 * MIB,
  errorBytes: 64 * KIB,
  logBytes: MIB,
  headerBytes: 16 * KIB,
  objects: 200_000,
  pages: 4000,
  progressBytes: 16 * KIB,
  retryAfterMs: 300_000,
  plugInBytes: MIB,
  kubeconfigBytes: 8 * MIB,
  credentialBytes: 4 * MIB,
});

/** A bound as text: `32 MiB`, `64 KiB`. */
export function sizeText(bytes: number): string {
  if (bytes >= MIB) return `${bytes / MIB} MiB`;
  return bytes >= KIB ? `${bytes / KIB} KiB` : `${bytes} bytes`;
}
