import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { auditedRequests } from './audit-log.ts';

const { CRASHTOP_AUDIT_LOG: log } = process.env;
const why = log ? '' : ' (skipped: CRASHTOP_AUDIT_LOG is not set)';

it.skipIf(!log)(`crashtop only ever reads, by the API server's own account${why}`, async () => {
  const lines = createInterface({ input: createReadStream(log as string) });
  const { total, byVerb, byStatus, writes } = await auditedRequests(lines, 'crashtop/');
  console.log(`test:cluster: ${total} requests of crashtop, by status ${[...byStatus].map(([s, n]) => `${s}: ${n}`).join(', ')}`);
  for (const [what, count] of [...byVerb].toSorted(([, a], [, b]) => b - a)) console.log(`  ${count} ${what}`);
  expect(writes).toEqual([]);
  expect(total).toBeGreaterThan(0);
});
