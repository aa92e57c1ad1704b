/**
 * All bounds on what a server, a plug-in or a file of credentials may send: what comes beyond is no Kubernetes. Each is larger than
 * anything an honest one sends; a server or a proxy that is broken, or means harm, then costs bounded memory and one clear line.
 * Bounds count bytes and objects, never time alone, so that a slow line is not taken for a hostile one.
 */
export interface Bounds {
  /**
   * Bytes of one answer, packed or unpacked, and of one event of a watch. An object has 3 MiB at most (MaxRequestBodyBytes of
   * k8s.io/apiserver, etcd takes 1.5 MiB) and 18 MiB in JSON, which writes a byte as six at most; a page whose objects are so large
   * is asked for again in smaller pages (reflector-state.ts).
   */
  readonly answerBytes: number;
  /** Bytes of the body of a failure that are read: the rest of it says nothing more. A Status has hundreds. */
  readonly errorBytes: number;
  /** Bytes of a log: sixteen times of what `limitBytes` asks for, to which the kubelet keeps. */
  readonly logBytes: number;
  /** Bytes of the headers of an answer: Node's own bound. An API server sends 500, proxies a few thousand. */
  readonly headerBytes: number;
  /** Objects of a collection. Kubernetes supports 150,000 pods (kubernetes.io: considerations for large clusters). */
  readonly objects: number;
  /** Pages of a list: all objects in pages of fifty. */
  readonly pages: number;
  /** Bytes that an answer, or an event of a watch, has to bring in a minute so as not to count as silent: 270 a second. */
  readonly progressBytes: number;
  /** How long a server may ask to be left alone, in ms. API servers say 1 s to 32 s (maxRetryAfter of k8s.io/apiserver). */
  readonly retryAfterMs: number;
  /** Bytes that an exec plug-in prints: a token is a header of some kB, a certificate with its key less than 64 KiB. */
  readonly plugInBytes: number;
  /** Bytes of a kubeconfig. A thousand clusters with their certificates take 6 MB, and some seconds to be read. */
  readonly kubeconfigBytes: number;
  /** Bytes of a file that holds a token, a certificate, a key or authorities: all public authorities together are 250 kB. */
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

/** A bound in words: `32 MiB`, `64 KiB`. */
export function sizeText(bytes: number): string {
  if (bytes >= MIB) return `${bytes / MIB} MiB`;
  return bytes >= KIB ? `${bytes / KIB} KiB` : `${bytes} bytes`;
}
