import { expect, it } from 'vitest';
import { auditedRequests } from './audit-log.ts';

const event = (auditID: string, stage: string, verb: string, fields: object = {}) =>
  JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    auditID,
    stage,
    verb,
    userAgent: 'crashtop/0.1.0',
    requestURI: '/api/v1/pods?watch=1',
    objectRef: { resource: 'pods' },
    ...fields,
  });

const counted = async (lines: readonly string[]) => auditedRequests(linesOf(lines), 'crashtop/');

async function* linesOf(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}

it('an audit log counts a request once, whatever stages it went through, and nobody else’s', async () => {
  const { total, byVerb, byStatus, writes } = await counted([
    event('1', 'ResponseStarted', 'watch', { responseStatus: { code: 200 } }),
    event('1', 'ResponseComplete', 'watch', { responseStatus: { code: 200 } }),
    event('2', 'RequestReceived', 'get', { objectRef: { resource: 'pods', subresource: 'log' } }),
    event('3', 'ResponseComplete', 'get', { objectRef: undefined, requestURI: '/version', responseStatus: { code: 200 } }),
    event('4', 'ResponseComplete', 'delete', { userAgent: 'kubectl/v1.35.4' }),
    '{"kind":"Event","apiVers',
  ]);
  expect(total).toBe(3);
  expect(Object.fromEntries(byVerb)).toEqual({ 'watch pods': 1, 'get pods/log': 1, 'get /version': 1 });
  expect(Object.fromEntries(byStatus)).toEqual({ 200: 2, 0: 1 });
  expect(writes).toEqual([]);
});

it.each([
  'create',
  'update',
  'patch',
  'delete',
  'deletecollection',
  'post',
])('an audit log that holds a %s is told to be no read', async (verb) => {
  expect((await counted([event('1', 'ResponseComplete', verb)])).writes).toEqual([`${verb} /api/v1/pods?watch=1`]);
});
