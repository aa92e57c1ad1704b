import { readFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * What `npm run test:cluster` and the benchmarks on a real cluster are told by the environment:
 * - `KUBECONFIG`: what crashtop opens. The rights to read are enough for it.
 * - `CRASHTOP_ADMIN_KUBECONFIG`: with which kubectl applies the scenario and watches beside crashtop; KUBECONFIG if not set.
 * - `CRASHTOP_CLUSTER_TOOL`: a program that knows the cluster's machine: `kill C` (kill -9) and `start C` for each component C of
 *   {@link COMPONENTS}, `truth` (what `ctr -n k8s.io events` prints) and `kubectl ...` as an admin. Without it nothing is killed, and
 *   the ledger is held against what kubectl saw alone.
 * - `CRASHTOP_SCENARIOS`: manifests to apply, separated as in PATH; scenarios/loops.yaml if not set.
 * - `CRASHTOP_TEST_IMAGE`: the image of loops.yaml, in which there must be a /bin/sh; busybox if not set.
 * - `CRASHTOP_FAULT_SECONDS`: how long a component stays dead, 12 if not set; `CRASHTOP_SETTLE_SECONDS`: how long all of it runs before,
 *   between and after the faults, 40 if not set.
 * - `CRASHTOP_AUDIT_LOG`: the API server's audit log (audit-policy.yaml is the policy).
 */
export interface ClusterSettings {
  readonly kubeconfig: string;
  readonly adminKubeconfig: string;
  readonly tool: string | null;
  /** The manifests' texts. */
  readonly scenarios: readonly string[];
  readonly faultMs: number;
  readonly settleMs: number;
}

/** What a cluster tool can kill. */
export const COMPONENTS = ['kubelet', 'apiserver', 'etcd', 'containerd'] as const;

const OWN_SCENARIO = fileURLToPath(new URL('scenarios/loops.yaml', import.meta.url));
const OWN_IMAGE = 'busybox:1.37';

/** Reads them. @throws where KUBECONFIG is not set, a manifest cannot be read or a number is none. */
export function clusterSettings(env: NodeJS.ProcessEnv): ClusterSettings {
  const { KUBECONFIG, CRASHTOP_ADMIN_KUBECONFIG, CRASHTOP_CLUSTER_TOOL, CRASHTOP_SCENARIOS, CRASHTOP_TEST_IMAGE } = env;
  if (!KUBECONFIG) throw new Error('set KUBECONFIG to a cluster that may be used for tests: pods will crash on it');
  const files = CRASHTOP_SCENARIOS ? CRASHTOP_SCENARIOS.split(delimiter).filter((file) => file !== '') : [];
  const own = () => readFileSync(OWN_SCENARIO, 'utf8').replaceAll(OWN_IMAGE, CRASHTOP_TEST_IMAGE || OWN_IMAGE);
  return {
    kubeconfig: KUBECONFIG,
    adminKubeconfig: CRASHTOP_ADMIN_KUBECONFIG || KUBECONFIG,
    tool: CRASHTOP_CLUSTER_TOOL || null,
    scenarios: files.length > 0 ? files.map((file) => readFileSync(file, 'utf8')) : [own()],
    faultMs: 1000 * secondsOf(env, 'CRASHTOP_FAULT_SECONDS', 12),
    settleMs: 1000 * secondsOf(env, 'CRASHTOP_SETTLE_SECONDS', 40),
  };
}

function secondsOf(env: NodeJS.ProcessEnv, name: string, otherwise: number): number {
  const text = env[name];
  if (!text) return otherwise;
  const seconds = Number(text);
  if (!Number.isFinite(seconds) || seconds < 0) throw new Error(`${name} is ${JSON.stringify(text)}: give a number of seconds`);
  return seconds;
}
