import type { Json } from '../../../text/json.ts';
import type { ConnectionError } from './connection-error.ts';

/** Query parameters; those that are undefined are left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Cancel {
  readonly signal?: AbortSignal | undefined;
}

/** How a collection is asked for. */
export interface CollectionRequest extends Cancel {
  /**
   * May the answer be protobuf? A server encodes it in a quarter of the time that JSON takes. Of its objects only what redaction keeps
   * is read (protobuf/messages.ts). Whoever has none, or a proxy that knows none, answers JSON.
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

/** What a source needs of an API server. Nothing here can change anything there. */
export interface ApiReader {
  /** A JSON object. @throws ConnectionError; an AbortError when cancelled. */
  get(path: string, query?: Query, cancel?: Cancel): Promise<Json>;
  /**
   * The metadata of one ConfigMap or Secret, redacted: asked for as PartialObjectMetadata, so that no data is sent. Of what a server
   * sends in spite of it nothing else is given on. @throws as {@link get}.
   */
  getMetadata(path: string, cancel?: Cancel): Promise<Json>;
  /** A page of a collection, as JSON would have it. @throws as {@link get}. */
  list(path: string, query: Query, request: CollectionRequest): Promise<Json>;
  /** A text: a log. @throws as {@link get}. */
  getText(path: string, query?: Query, cancel?: Cancel): Promise<TextAnswer>;
  /** Bytes as they come: a watch. Resolves with the first of the answer; what is read from it may throw as {@link get}. */
  stream(path: string, query: Query, request: CollectionRequest): Promise<WatchBody>;
  /** How long a list may take, in ms, as a person has said; undefined or 0 for any time. */
  readonly listTimeoutMs?: number | undefined;
  /** The error of a Status that came inside of a stream. */
  errorOf(status: Json): ConnectionError;
}

/** The path of a collection: of the whole cluster, or of one namespace. */
export function collectionPath(resource: string, namespace: string | null): string {
  return namespace === null ? `/api/v1/${resource}` : `/api/v1/namespaces/${encodeURIComponent(namespace)}/${resource}`;
}
