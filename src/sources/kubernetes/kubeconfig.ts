import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import { bufferFromFileOrString, type Cluster, type Context, KubeConfig, type User } from '@kubernetes/client-node';
import { objectOf, stringOf } from '../../model/json.ts';
import { type ConnectionError, configurationError } from './connection-error.ts';

/** The environment's variables, as the caller knows them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** kubectl's `--kubeconfig` and `--context`, and the environment that stands in for them. */
export interface KubeconfigOptions {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly env: Environment;
}

/** One context of a kubeconfig, with the cluster and the user that it names. */
export interface ChosenContext {
  /** client-node's configuration with just this context in it: it knows how to authenticate. */
  readonly kubeConfig: KubeConfig;
  readonly name: string;
  /** The context's own namespace, or `default`, as kubectl has it. */
  readonly namespace: string;
  readonly cluster: Cluster;
  /** The files that it came from, for messages. */
  readonly file: string;
}

interface Parts {
  readonly clusters: Cluster[];
  readonly users: User[];
  readonly contexts: Context[];
  currentContext: string;
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * Reads the kubeconfig as kubectl does: `--kubeconfig` alone; else the files of KUBECONFIG, of which those that do not exist
 * are skipped and the first to name something wins; else ~/.kube/config; else, in a pod, its service account.
 * @throws ConnectionError of kind `configuration` that names the file, the field and the fix.
 */
export function chooseContext(options: KubeconfigOptions): ChosenContext {
  const files = filesOf(options);
  if (files.length === 0) return inCluster(options.env) ?? fail(noFile(options.env));
  const parts: Parts = { clusters: [], users: [], contexts: [], currentContext: '' };
  for (const file of files) addFile(parts, file);
  return choose(parts, files.join(', '), options.context);
}

function fail(error: ConnectionError): never {
  throw error;
}

function homeOf(env: Environment): string {
  return env.HOME || env.USERPROFILE || '';
}

function filesOf({ kubeconfig, env }: KubeconfigOptions): string[] {
  if (kubeconfig !== undefined && kubeconfig !== '') return [kubeconfig];
  const listed = (env.KUBECONFIG ?? '').split(delimiter).filter((file) => file !== '');
  if (listed.length > 0) {
    const there = listed.filter((file) => existsSync(file));
    return there.length > 0 ? there : listed.slice(0, 1);
  }
  const home = homeOf(env);
  const file = join(home, '.kube', 'config');
  return home !== '' && existsSync(file) ? [file] : [];
}

function noFile(env: Environment): ConnectionError {
  const home = homeOf(env);
  const looked =
    home === ''
      ? 'neither KUBECONFIG nor HOME is set'
      : `KUBECONFIG is not set and ${join(home, '.kube', 'config')} does not exist`;
  return configurationError(
    `no kubeconfig: ${looked}`,
    'name one with --kubeconfig FILE, or look at a recording with `crashtop demo`',
  );
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = stringOf(objectOf(error).code);
    const why = code === 'ENOENT' ? 'does not exist' : code === 'EISDIR' ? 'is a directory' : `cannot be read (${code})`;
    throw configurationError(`the kubeconfig ${file} ${why}`, 'check --kubeconfig and KUBECONFIG');
  }
}

function parse(file: string): KubeConfig {
  const text = readText(file);
  const config = new KubeConfig();
  try {
    config.loadFromString(text);
  } catch (error) {
    throw configurationError(
      `the kubeconfig ${file} does not parse: ${reasonOf(error)}`,
      'correct the file, or name another with --kubeconfig',
    );
  }
  return config;
}

// js-yaml states where; client-node names the field ("clusters[0].cluster.server is missing"); a file that is no mapping
// makes it stumble over undefined or null.
function reasonOf(error: unknown): string {
  const yaml = objectOf(error);
  if (yaml.name === 'YAMLException') {
    const line = objectOf(yaml.mark).line;
    return `${stringOf(yaml.reason)}${typeof line === 'number' ? `, line ${line + 1}` : ''}`;
  }
  if (error instanceof TypeError) return 'it is empty, or no YAML mapping';
  return error instanceof Error ? error.message : String(error);
}

function addFile(parts: Parts, file: string): void {
  const config = parse(file);
  const directory = dirname(resolve(file));
  addNew(
    parts.clusters,
    config.clusters.map((cluster) => absoluteCluster(cluster, directory)),
  );
  addNew(
    parts.users,
    config.users.map((user) => absoluteUser(user, directory)),
  );
  addNew(parts.contexts, config.contexts);
  parts.currentContext ||= config.currentContext ?? '';
}

function addNew<T extends { readonly name: string }>(known: T[], more: readonly T[]): void {
  for (const item of more) if (!known.some((k) => k.name === item.name)) known.push(item);
}

// Paths are relative to the file that holds them. Where data and a file are given, the data wins (client-go); client-node
// has it the other way round.
function absoluteCluster(cluster: Cluster, directory: string): Cluster {
  const { caFile, ...rest } = cluster;
  // client-node refuses http:// servers unless verification is off; without TLS there is nothing to verify.
  const skipTLSVerify = cluster.skipTLSVerify || cluster.server.startsWith('http:');
  return { ...rest, skipTLSVerify, ...(caFile && !cluster.caData ? { caFile: resolve(directory, caFile) } : {}) };
}

function absoluteUser(user: User, directory: string): User {
  const { certFile, keyFile, exec, ...rest } = user;
  return {
    ...rest,
    ...(certFile && !user.certData ? { certFile: resolve(directory, certFile) } : {}),
    ...(keyFile && !user.keyData ? { keyFile: resolve(directory, keyFile) } : {}),
    ...(exec ? { exec: absoluteExec(exec, directory) } : {}),
  };
}

// A command with a slash is relative to the kubeconfig; a bare name is looked up in PATH (client-go).
function absoluteExec(exec: unknown, directory: string): unknown {
  const command = stringOf(objectOf(exec).command);
  if (!command.includes('/') || isAbsolute(command)) return exec;
  return { ...objectOf(exec), command: resolve(directory, command) };
}

function listOf(contexts: readonly Context[]): string {
  return contexts.length === 0 ? 'it has none' : `it has ${contexts.map((c) => c.name).join(', ')}`;
}

function choose(parts: Parts, file: string, asked: string | undefined): ChosenContext {
  const name = asked || parts.currentContext;
  if (name === '')
    throw configurationError(`current-context is not set in ${file}`, `name one with --context: ${listOf(parts.contexts)}`);
  const context = parts.contexts.find((c) => c.name === name);
  if (context === undefined) {
    const field = asked ? '--context' : 'current-context';
    throw configurationError(`${field} "${name}" is no context of ${file}`, listOf(parts.contexts));
  }
  const cluster = parts.clusters.find((c) => c.name === context.cluster);
  if (cluster === undefined) throw missing(`contexts "${name}": cluster "${context.cluster}"`, file);
  const user = context.user ? parts.users.find((u) => u.name === context.user) : NOBODY;
  if (user === undefined) throw missing(`contexts "${name}": user "${context.user}"`, file);
  check(cluster, user, file);
  return chosen({ ...context, user: user.name }, cluster, user, file);
}

// Without a user client-node would drop the cluster's own TLS settings too.
const NOBODY: User = { name: '' };

function missing(field: string, file: string): ConnectionError {
  return configurationError(`${field} is not defined in ${file}`, 'correct the file, or choose another with --context');
}

function chosen(context: Context, cluster: Cluster, user: User, file: string): ChosenContext {
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromOptions({ clusters: [cluster], users: [user], contexts: [context], currentContext: context.name });
  return { kubeConfig, name: context.name, namespace: context.namespace || 'default', cluster, file };
}

function check(cluster: Cluster, user: User, file: string): void {
  const clusterField = (field: string) => `clusters "${cluster.name}": ${field}`;
  const userField = (field: string) => `users "${user.name}": ${field}`;
  checkUrl(cluster.server, ['http:', 'https:'], clusterField('server'), file);
  if (cluster.proxyUrl) checkUrl(cluster.proxyUrl, ['http:', 'https:', 'socks5:', 'socks5h:'], clusterField('proxy-url'), file);
  checkFile(cluster.caFile, clusterField('certificate-authority'), file);
  checkFile(user.certFile, userField('client-certificate'), file);
  checkFile(user.keyFile, userField('client-key'), file);
  checkTls({ ca: bufferFromFileOrString(cluster.caFile, cluster.caData) }, clusterField('certificate-authority'), file);
  const key = bufferFromFileOrString(user.keyFile, user.keyData);
  checkTls(
    { cert: bufferFromFileOrString(user.certFile, user.certData), key },
    userField('client-certificate and client-key'),
    file,
  );
}

function checkUrl(url: string, protocols: readonly string[], field: string, file: string): void {
  if (URL.canParse(url) && protocols.includes(new URL(url).protocol)) return;
  throw configurationError(
    `${field} in ${file} is "${url}"`,
    `it has to begin with ${protocols.map((p) => `${p}//`).join(' or ')}`,
  );
}

function checkFile(path: string | undefined, field: string, file: string): void {
  if (path === undefined) return;
  try {
    accessSync(path, constants.R_OK);
  } catch {
    throw configurationError(`${field} in ${file} names ${path}, which cannot be read`, 'correct the path, or log in again');
  }
}

const PEM = '-----BEGIN ';

function checkTls(material: Readonly<Record<string, Buffer | null>>, field: string, file: string): void {
  const given = Object.fromEntries(Object.entries(material).filter(([, value]) => value !== null)) as Record<string, Buffer>;
  try {
    // Node ignores an authority that holds no certificate, and trusts nobody then.
    if (given.ca !== undefined && !given.ca.includes(PEM)) throw new Error('it holds no PEM block');
    createSecureContext(given);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw configurationError(`${field} in ${file} cannot be used: ${reason}`, 'correct it, or log in again');
  }
}

/** The service account that a pod is given; null outside a cluster. */
function inCluster(env: Environment): ChosenContext | null {
  const host = env.KUBERNETES_SERVICE_HOST;
  const port = env.KUBERNETES_SERVICE_PORT;
  const tokenFile = join(SERVICE_ACCOUNT, 'token');
  if (!host || !port || !existsSync(tokenFile)) return null;
  const server = `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const cluster: Cluster = { name: 'in-cluster', server, caFile: join(SERVICE_ACCOUNT, 'ca.crt'), skipTLSVerify: false };
  const user: User = { name: 'service-account', authProvider: { name: 'tokenFile', config: { tokenFile } } };
  const namespaceFile = join(SERVICE_ACCOUNT, 'namespace');
  const namespace = existsSync(namespaceFile) ? readText(namespaceFile).trim() : 'default';
  return chosen({ name: 'in-cluster', cluster: cluster.name, user: user.name, namespace }, cluster, user, SERVICE_ACCOUNT);
}
