import type { Dispatcher } from 'undici';
import { type Json, stringOf } from '../../../text/json.ts';
import { decodeObject, PROTOBUF } from '../watch/protobuf/decode.ts';
import type { CollectionRequest } from './api-reader.ts';

/** A header of an answer; '' where it has none, or several. */
export function headerOf(answer: Pick<Dispatcher.ResponseData<unknown>, 'headers'>, name: string): string {
  return stringOf(answer.headers[name]);
}

/** What everybody sends. */
export const JSON_TYPE = 'application/json';

/** Nothing else is taken: a server that has no such form of the object answers 406, and sends no other. */
export const METADATA_ALONE = `${JSON_TYPE};as=PartialObjectMetadata;g=meta.k8s.io;v=v1`;

/** The `accept` of a request of a collection. */
export function acceptedBy({ protobuf }: CollectionRequest): string {
  return protobuf ? `${PROTOBUF}, ${JSON_TYPE}` : JSON_TYPE;
}

/** Is the answer protobuf, by what it says? */
export function isProtobuf(answer: Pick<Dispatcher.ResponseData<unknown>, 'headers'>): boolean {
  return headerOf(answer, 'content-type').startsWith(PROTOBUF);
}

/** The Status in a body of protobuf. What the HTTP status says is known, whatever became of the words. */
export function decodedStatus(body: Uint8Array): Json {
  try {
    return decodeObject(body);
  } catch {
    return {};
  }
}

/** Is its body packed with gzip? */
export function isPacked(answer: Pick<Dispatcher.ResponseData<unknown>, 'headers'>): boolean {
  return headerOf(answer, 'content-encoding') === 'gzip';
}
