import { create, type XMLElement } from 'xmlbuilder';
import type { WorkloadProblem } from '../../diagnosis/workload/workload-problem.ts';
import { xmlText } from '../xml-text.ts';
import { type Check, causeLines, findingText, nameOf, workloadLines } from './check-report.ts';
import type { Finding } from './examination.ts';

/** One test and its outcome. */
interface Test {
  readonly className: string;
  readonly name: string;
  readonly outcome: Outcome;
}

type Outcome =
  | { readonly is: 'passed' | 'skipped' }
  | { readonly is: 'failure'; readonly message: string; readonly type: string; readonly text: string }
  | { readonly is: 'error'; readonly message: string; readonly type: string };

/**
 * The verdict as JUnit XML, which CI systems show as tests: one test for each container of each
 * workload, whatever the number of its pods, and one for whether everything was visible.
 */
export function checkJunit(check: Check): string {
  const { from, to } = check.result;
  const tests = [...testsOfContainers(check), ...testsOfWorkloads(check), testOfVisibility(check)];
  const count = (is: Outcome['is']) => tests.filter(({ outcome }) => outcome.is === is).length;
  const counts = { tests: tests.length, failures: count('failure'), errors: count('error'), skipped: count('skipped') };
  const root = create('testsuites', { encoding: 'UTF-8' });
  attributes(root, counts);
  const suite = root.ele('testsuite');
  attributes(suite, {
    name: 'crashtop check',
    timestamp: new Date(from).toISOString(),
    time: (to - from) / 1000,
    ...counts,
  });
  for (const test of tests) writeTest(suite, test);
  return `${root.end({ pretty: true })}\n`;
}

function writeTest(suite: XMLElement, { className, name, outcome }: Test): void {
  const element = suite.ele('testcase');
  attributes(element, { classname: className, name });
  if (outcome.is === 'passed') return;
  const child = element.ele(outcome.is);
  if (!('message' in outcome)) return;
  attributes(child, { message: outcome.message, type: outcome.type });
  // Text, not a CDATA section, which a pod's text could end. The library escapes <, > and & in
  // text.
  if (outcome.is === 'failure') child.txt(xmlText(outcome.text));
}

function attributes(element: XMLElement, values: Readonly<Record<string, string | number>>): void {
  for (const [name, value] of Object.entries(values)) element.att(name, xmlText(`${value}`));
}

function* testsOfContainers({ result, acknowledged }: Check): Generator<Test> {
  const failures = byTest(result.failures);
  const skipped = byTest([...result.ignored, ...acknowledged.findings.map((f) => f.found)]);
  for (const [test, { className, name }] of namesOf(result)) {
    const found = failures.get(test);
    if (found === undefined) {
      yield { className, name, outcome: { is: skipped.has(test) ? 'skipped' : 'passed' } };
      continue;
    }
    const [first] = found as [Finding];
    const text = found.flatMap((f) => [`${nameOf(f)} ${findingText(f, result.to)}`, ...causeLines(f)]).join('\n');
    const message = first.cause?.summary ?? first.kind;
    yield { className, name, outcome: { is: 'failure', message, type: first.cause?.id ?? 'unknown', text } };
  }
}

function* testsOfWorkloads({ result, acknowledged }: Check): Generator<Test> {
  const name = 'the workload as a whole';
  const classOf = ({ workload }: WorkloadProblem) => `${workload.namespace}.${workload.kind}.${workload.name}`;
  for (const problem of result.workloads) {
    const { kind: type, summary: message } = problem;
    const text = workloadLines(problem, result.to).join('\n');
    yield { className: classOf(problem), name, outcome: { is: 'failure', message, type, text } };
  }
  for (const { found } of acknowledged.workloads) yield { className: classOf(found), name, outcome: { is: 'skipped' } };
}

function testOfVisibility({ spots }: Check): Test {
  const names = { className: 'crashtop', name: 'everything was seen' };
  if (spots.unknown.length === 0) return { ...names, outcome: { is: 'passed' } };
  return { ...names, outcome: { is: 'error', message: spots.unknown.join('; '), type: 'unknown' } };
}

function namesOf({ pods }: Check['result']): Map<string, Pick<Test, 'className' | 'name'>> {
  const tests = new Map<string, Pick<Test, 'className' | 'name'>>();
  for (const { pod, workload, containers } of pods) {
    for (const { name } of containers) {
      tests.set(testOf(workload.key, name), { className: `${pod.namespace}.${workload.kind}.${workload.name}`, name });
    }
  }
  return new Map([...tests].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function testOf(workload: string, container: string): string {
  return `${workload}/${container}`;
}

function byTest(findings: readonly Finding[]): Map<string, Finding[]> {
  const tests = new Map<string, Finding[]>();
  for (const finding of findings) {
    const test = testOf(finding.record.workload.key, finding.container.name);
    tests.set(test, [...(tests.get(test) ?? []), finding]);
  }
  return tests;
}
