import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { withClusterOptions } from '../../../src/commands/options/cluster-options.ts';
import type { Terminal } from '../../../src/process/terminal.ts';
import type { ClusterOptions } from '../../../src/session/watch-cluster.ts';
import { watch } from '../../../src/session/watch-cluster.ts';
import { json, page, watch as stream } from '../../api-server/answers.ts';
import { startApiServer } from '../../api-server/api-server.ts';

function parse(...args: readonly string[]): ClusterOptions {
  const command = withClusterOptions(new Command().exitOverride().configureOutput({ writeErr: () => undefined }));
  return command.parse(args, { from: 'user' }).opts();
}

describe('--request-timeout', () => {
  it.each([
    ['5s', 5000],
    ['1m30s', 90_000],
    ['250ms', 250],
    ['7', 7000],
    ['0', 0],
    ['0s', 0],
  ])('%s', (text, ms) => {
    expect(parse('--request-timeout', text).requestTimeout).toBe(ms);
  });

  it.each(['', 'x', '-1s', '5 s', '100000h'])('not "%s"', (text) => {
    expect(() => parse(`--request-timeout=${text}`)).toThrow('use a duration such as 5s or 1m30s, or 0 for no limit');
  });
});

it('acts as the user, the groups and the ID that were given', async () => {
  const server = await startApiServer({
    version: [json({})],
    'list pods': [page([], '10')],
    'watch pods': [stream()],
    'list events': [page([], '10')],
    'watch events': [stream()],
  });
  const options = parse('--as', 'bob', '--as-group', 'dev', '--as-group', 'ops', '--as-uid', '7');
  const terminal = { env: {}, stdin: {}, debugLog: null } as unknown as Terminal;
  const cluster = watch({ ...options, kubeconfig: server.kubeconfig() }, terminal, false);
  try {
    await cluster.ready;
    for (const { headers } of server.requests) {
      expect(headers).toMatchObject({ 'impersonate-user': 'bob', 'impersonate-group': 'dev, ops', 'impersonate-uid': '7' });
    }
  } finally {
    await cluster.stop();
    await server.close();
  }
});
