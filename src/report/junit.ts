import junit, { type Builder } from 'junit-report-builder';
import type { WorkloadProblem } from '../view/workload-problems.ts';
import { type Check, causeLines, findingWords, nameOf, workloadLines } from './check-report.ts';
import type { Finding } from './examination.ts';

/**
 * The verdict as JUnit XML, which CI systems show as tests: one test for each container of each workload, whatever the number of
 * its pods, and one that says whether everything was seen.
 */
export function checkJunit({ result, acknowledged, spots }: Check): string {
  // Its types say `default`; as a module of Node's it is the builder itself.
  const builder = (junit as unknown as Builder).newBuilder();
  const suite = builder
    .testSuite()
    .name('crashtop check')
    .timestamp(new Date(result.from).toISOString())
    .time((result.to - result.from) / 1000);
  const failures = byTest(result.failures);
  const skipped = byTest([...result.ignored, ...acknowledged.findings.map((f) => f.found)]);
  for (const [test, { className, name }] of testsOf(result)) {
    const testCase = suite.testCase().className(className).name(name);
    const found = failures.get(test);
    if (found !== undefined) {
      const [first] = found as [Finding];
      testCase.failure(first.cause?.summary ?? first.kind, first.cause?.id ?? 'unknown');
      testCase.stacktrace(found.flatMap((f) => [`${nameOf(f)} ${findingWords(f, result.to)}`, ...causeLines(f)]).join('\n'));
    } else if (skipped.has(test)) testCase.skipped();
  }
  const testOfWorkload = ({ workload }: WorkloadProblem) =>
    suite.testCase().className(`${workload.namespace}.${workload.kind}.${workload.name}`).name('the workload as a whole');
  for (const problem of result.workloads) {
    const { kind, summary } = problem;
    testOfWorkload(problem).failure(summary, kind).stacktrace(workloadLines(problem, result.to).join('\n'));
  }
  for (const { found } of acknowledged.workloads) testOfWorkload(found).skipped();
  const seen = suite.testCase().className('crashtop').name('everything was seen');
  if (spots.unknown.length > 0) seen.error(spots.unknown.join('; '), 'unknown');
  return `${builder.build()}\n`;
}

interface TestName {
  readonly className: string;
  readonly name: string;
}

function testsOf({ pods }: Check['result']): Map<string, TestName> {
  const tests = new Map<string, TestName>();
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
