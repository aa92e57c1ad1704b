import type { Json } from '../../../text/json.ts';
import type { ConnectionError } from './connection-error.ts';

/** Query parameters; undefined ones are left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Cancel {
  readonly signal?: AbortSignal | undefined;
}

/** How to request a collection. */
export interface CollectionRequest extends Cancel {
  /**
   * May the answer be protobuf? A server encodes it in a quarter of the time of JSON. Only the
   * fields that redaction keeps are read (protobuf/messages.ts). A server or proxy without protobuf
   * answers JSON.
   */
  readonly protobuf: boolean;
}

/** The body of a watch. */
export interface WatchBody {
  readonly isProtobuf: boolean;
  readonly bytes: AsyncIterable<Uint8Array>;
}

/** The text of an answer, and its HTTP status: 200, or 204 without a text. */
export interface TextAnswer {
  readonly status: number;
  readonly text: string;
}

/** Everything that a source needs of an API server. Nothing here can change the cluster. */
export interface ApiReader {
  /** A JSON object. @throws ConnectionError; an AbortError when cancelled. */
  get(path: string, query?: Query, cancel?: Cancel): Promise<Json>;
  /**
   * The redacted metadata of one ConfigMap or Secret. Requested as PartialObjectMetadata, so that
   * no data is sent; data that a server sends nevertheless is dropped. @throws as {@link get}.
   */
  getMetadata(path: string, cancel?: Cancel): Promise<Json>;
  /** A page of a collection in the shape of its JSON. @throws as {@link get}. */
  list(path: string, query: Query, request: CollectionRequest): Promise<Json>;
  /** Fetches a text: a log. @throws as {@link get}. */
  getText(path: string, query?: Query, cancel?: Cancel): Promise<TextAnswer>;
  /**
   * Bytes as they arrive: a watch. Resolves with the first part of the answer; reading from it may
   * throw as {@link get}.
   */
  stream(path: string, query: Query, request: CollectionRequest): Promise<WatchBody>;
  /** The user's limit for a list, in ms; undefined or 0 for no limit. */
  readonly listTimeoutMs?: number | undefined;
  /** The error of a Status that arrived inside a stream. */
  errorOf(status: Json): ConnectionError;
}

/** The path of a collection: of the whole cluster, or of one namespace. */
export function collectionPath(resource: string, namespace: string | null): string {
  return namespace === null ? `/api/v1/${resource}` : `/api/v1/namespaces/${encodeURIComponent(namespace)}/${resource}`;
}
