import { describe, expect, it } from 'vitest';
import type { ApiReader } from '../../../src/sources/kubernetes/http/api-reader.ts';
import { ConnectionError } from '../../../src/sources/kubernetes/http/connection-error.ts';
import { chooseScope, describeForbidden, Permissions } from '../../../src/sources/kubernetes/permissions.ts';
import { answered, fakeApi } from '../../support/fake-api.ts';

const FORBIDDEN = answered(403, 'pods is forbidden: User "dev" cannot list resource "pods" in API group "" at the cluster scope');
const ALL = '/api/v1/pods';
const OWN = '/api/v1/namespaces/shop/pods';

/** An API that forbids some paths, and notes what was asked. */
function api(forbidden: readonly string[]) {
  const asked: string[] = [];
  const reader = fakeApi((path, query) => {
    asked.push(`${path}?limit=${query.limit}`);
    return forbidden.includes(path) ? FORBIDDEN : { items: [] };
  });
  return { reader, asked };
}

describe('chooseScope', () => {
  it('takes all namespaces where that is allowed', async () => {
    const { reader, asked } = api([]);
    expect(await chooseScope(reader, 'default', 'shop', {})).toEqual({ scope: null, hidden: [] });
    expect(asked).toEqual([`${ALL}?limit=1`]);
  });

  it('falls back to the namespace of the context, and says so', async () => {
    expect(await chooseScope(api([ALL]).reader, 'default', 'shop', {})).toEqual({
      scope: ['shop'],
      hidden: [{ what: 'pods', namespace: null, why: 'dev may not list pods cluster-wide' }],
    });
  });

  it('fails where that is forbidden too, and where all or a namespace was asked for by name', async () => {
    await expect(chooseScope(api([ALL, OWN]).reader, 'default', 'shop', {})).rejects.toMatchObject({
      kind: 'forbidden',
      exitCode: 3,
    });
    await expect(chooseScope(api([ALL]).reader, 'all', 'shop', {})).rejects.toMatchObject({ kind: 'forbidden' });
    await expect(chooseScope(api([OWN]).reader, { namespaces: ['shop'] }, 'x', {})).rejects.toMatchObject({ kind: 'forbidden' });
  });

  it('asks for the named namespaces only', async () => {
    const { reader, asked } = api([ALL]);
    expect(await chooseScope(reader, { namespaces: ['shop', 'infra'] }, 'x', {})).toEqual({
      scope: ['shop', 'infra'],
      hidden: [],
    });
    expect(asked).toEqual([`${OWN}?limit=1`, '/api/v1/namespaces/infra/pods?limit=1']);
  });

  it('takes of several named namespaces those that are forbidden too, and says so; all of them are too many', async () => {
    const INFRA = '/api/v1/namespaces/infra/pods';
    const asked = { namespaces: ['shop', 'infra'] };
    expect(await chooseScope(api([INFRA]).reader, asked, 'x', {})).toEqual({
      scope: ['shop', 'infra'],
      hidden: [{ what: 'pods', namespace: 'infra', why: 'dev may not list pods cluster-wide' }],
    });
    await expect(chooseScope(api([OWN, INFRA]).reader, asked, 'x', {})).rejects.toMatchObject({ kind: 'forbidden' });
  });

  it('does not take another failure for a lack of rights', async () => {
    const broken = fakeApi(() => answered(500, 'etcd is gone'));
    await expect(chooseScope(broken, 'default', 'shop', {})).rejects.toMatchObject({ kind: 'server' });
  });
});

describe('shortRefusal', () => {
  it.each([
    [
      'pods is forbidden: User "dev-shop" cannot list resource "pods" in API group "" at the cluster scope',
      'dev-shop may not list pods cluster-wide',
    ],
    [
      'pods "cart" is forbidden: User "dev" cannot get resource "pods/log" in API group "" in the namespace "shop"',
      'dev may not get pods/log in shop',
    ],
    ['a webhook says \u001b[2Jno', 'a webhook says ␛[2Jno'],
  ])('%s', (detail, short) => {
    expect(describeForbidden(detail)).toBe(short);
  });
});

describe('Access', () => {
  it('reports the whole list when it changes, and only then', () => {
    const reports: unknown[] = [];
    const access = new Permissions((hidden) => reports.push(hidden));
    const events = { what: 'events', namespace: null, why: 'no' };
    const logs = { what: 'logs', namespace: 'shop', why: 'no' };
    access.deny('events', null, 'no');
    access.deny('events', null, 'no');
    access.deny('logs', 'shop', 'no');
    access.allow('logs', 'infra');
    access.deny('events', null, 'still no');
    access.allow('logs', 'shop');
    expect(reports).toEqual([[events], [events, logs], [logs, { ...events, why: 'still no' }], [{ ...events, why: 'still no' }]]);
  });
});

describe('a label selector', () => {
  it('is asked with at the first contact, and one that the server cannot read is what the person typed', async () => {
    const queries: unknown[] = [];
    const reader = {
      async get(_: string, query: unknown) {
        queries.push(query);
        throw new ConnectionError('rejected', 'answered 400', { detail: 'unable to parse requirement' });
      },
    } as unknown as ApiReader;
    await expect(chooseScope(reader, 'default', 'shop', {}, 'a b')).rejects.toMatchObject({
      exitCode: 2,
      message: '-l "a b" is not a label selector: unable to parse requirement; use one such as app=web,tier!=cache',
    });
    expect(queries).toEqual([{ limit: 1, labelSelector: 'a b' }]);
  });
});
