import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CONFIG_RESOURCES } from '../../src/sources/kubernetes/reads/config-reads.ts';
import { RESOURCES } from '../../src/sources/kubernetes/reads/owners-and-nodes.ts';
import { pageOf } from './pages.ts';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** What is asked for beside the owners and nodes, with its API. */
const ALWAYS = ['/api/v1 pods', '/api/v1 pods/log', '/api/v1 events'];

function apiOf(group: string): string {
  return group === '' ? '/api/v1' : `/apis/${group}/v1`;
}

describe('the ClusterRole of docs/rights.md', () => {
  const [, yaml = ''] = /^```yaml\n([\s\S]*?)^```/m.exec(pageOf('docs/rights.md')) ?? [];
  const rules = parse(yaml).rules as readonly Rule[];

  it('names what crashtop asks for, each in its API group, and nothing else', () => {
    const granted = rules.flatMap(({ apiGroups, resources }) =>
      apiGroups.flatMap((group) => resources.map((resource) => `${apiOf(group)} ${resource}`)),
    );
    const read = Object.values(RESOURCES).map(({ api, resource }) => `${api} ${resource}`);
    expect(granted.toSorted()).toEqual([...ALWAYS, ...read].toSorted());
  });

  it('leaves ConfigMaps and Secrets to a rule of their own, which grants no Secret', () => {
    const [, optional = ''] = /^## Config changes\n\n```yaml\n([\s\S]*?)^```/m.exec(pageOf('docs/rights.md')) ?? [];
    const own = parse(optional) as readonly Rule[];
    expect(own).toEqual([{ apiGroups: [''], resources: [CONFIG_RESOURCES.ConfigMap], verbs: ['get'] }]);
    expect(pageOf('docs/rights.md')).toContain(`\`get\` of \`${CONFIG_RESOURCES.Secret}\` gives`);
  });

  it('grants nothing but to read', () => {
    const verbs = new Set(rules.flatMap((rule) => rule.verbs));
    expect([...verbs].toSorted()).toEqual(['get', 'list', 'watch']);
  });
});
