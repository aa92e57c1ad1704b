import type { Dispatcher } from 'undici';
import { type Json, stringOf } from '../../../text/json.ts';
import { decodeObject, PROTOBUF } from '../watch/protobuf/decode.ts';
import type { CollectionRequest } from './api-reader.ts';

/** A header of an answer; '' if there is none, or several. */
export function headerOf(answer: Pick<Dispatcher.ResponseData<unknown>, 'headers'>, name: string): string {
  return stringOf(answer.headers[name]);
}

/** Every server sends JSON. */
export const JSON_TYPE = 'application/json';

/**
 * Accepts nothing else: a server without this form of the object answers 406 and sends no other.
 */
export const METADATA_ALONE = `${JSON_TYPE};as=PartialObjectMetadata;g=meta.k8s.io;v=v1`;

/** The `accept` header of a request for a collection. */
export function acceptedBy({ protobuf }: CollectionRequest): string {
  return protobuf ? `${PROTOBUF}, ${JSON_TYPE}` : JSON_TYPE;
}

/** Does the answer declare itself protobuf? */
export function isProtobuf(answer: Pick<Dispatcher.ResponseData<unknown>, 'headers'>): boolean {
  return headerOf(answer, 'content-type').startsWith(PROTOBUF);
}

/** The Status in a body of protobuf. If it cannot be decoded, the HTTP status is still known. */
export function decodedStatus(body: Uint8Array): Json {
  try {
    return decodeObject(body);
  } catch {
    return {};
  }
}

/** Is its body compressed with gzip? */
export function isPacked(answer: Pick<Dispatcher.ResponseData<unknown>, 'headers'>): boolean {
  return headerOf(answer, 'content-encoding') === 'gzip';
}
