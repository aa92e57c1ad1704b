import type { ApiReader, Query, TextAnswer } from '../../src/sources/kubernetes/http/api-reader.ts';
import { ConnectionError, errorOfAnswer, type Place } from '../../src/sources/kubernetes/http/connection-error.ts';
import type { Json } from '../../src/text/json.ts';

/** Where the answers are from. */
export const PLACE: Place = { server: 'https://test', context: 'test', file: 'kubeconfig' };

/** The error of an answer, as a connection would throw it. */
export function answered(code: number, message: string): ConnectionError {
  return errorOfAnswer(code, JSON.stringify({ message }), null, PLACE);
}

/** What a test answers to a request; an error is thrown. */
export type FakeAnswer = Json | TextAnswer | ConnectionError;

/** An API of which the test gives each answer, by path and query. */
export function fakeApi(answer: (path: string, query: Query) => FakeAnswer | Promise<FakeAnswer>): ApiReader {
  const ask = async (path: string, query: Query = {}) => {
    const given = await answer(path, query);
    if (given instanceof ConnectionError) throw given;
    return given;
  };
  return {
    get: async (path, query) => (await ask(path, query)) as Json,
    getMetadata: async (path) => (await ask(path)) as Json,
    getText: async (path, query) => (await ask(path, query)) as TextAnswer,
    list: async (path, query) => (await ask(path, query)) as Json,
    stream: () => Promise.reject(new Error('not here')),
    errorOf: () => answered(500, 'not here'),
  };
}
