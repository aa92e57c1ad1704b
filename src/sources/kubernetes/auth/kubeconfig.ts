import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { parseDocument } from 'yaml';
import { arrayOf, objectOf, stringOf } from '../../../text/json.ts';
import { readBounded, UnreadableFile } from '../../bounded-file.ts';
import { BOUNDS } from '../bounds.ts';
import { foreignText } from '../foreign-words.ts';
import { type ConnectionError, configurationError } from '../http/connection-error.ts';
import type { KubeconfigEntry } from './entry.ts';
import type { Environment } from './environment.ts';
import {
  type Cluster,
  fieldOf,
  type Impersonation,
  nobody,
  readCluster,
  readContext,
  readUser,
  type User,
} from './kubeconfig-entries.ts';
import { checkProxyUrl } from './proxy-environment.ts';

/**
 * kubectl's `--kubeconfig`, `--context`, `--as`, `--as-group` and `--as-uid`, and the environment
 * that replaces them.
 */
export interface KubeconfigOptions {
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  readonly as?: string | undefined;
  readonly asGroups?: readonly string[] | undefined;
  readonly asUid?: string | undefined;
  readonly env: Environment;
  /** The folder of a pod's service account; the usual one if not given. */
  readonly serviceAccount?: string | undefined;
}

/** One context of a kubeconfig, with its cluster and user. */
export interface ChosenContext {
  readonly name: string;
  /** The context's own namespace, or `default`, as in kubectl. */
  readonly namespace: string;
  readonly cluster: Cluster;
  readonly user: User;
}

interface Parts {
  /** The files that were read, for messages. */
  readonly files: string;
  readonly clusters: readonly KubeconfigEntry[];
  readonly users: readonly KubeconfigEntry[];
  readonly contexts: readonly KubeconfigEntry[];
  readonly currentContext: string;
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * Reads the kubeconfig as kubectl does: `--kubeconfig` alone; else the files of KUBECONFIG, where
 * missing files are skipped and the first definition wins; else ~/.kube/config; else, in a pod, its
 * service account.
 * @throws ConnectionError of kind `configuration` that names the file, the field and the fix.
 */
export function chooseContext(options: KubeconfigOptions): ChosenContext {
  const files = filesOf(options);
  const parts = together(files.map(read), files);
  const isEmpty = parts.contexts.length === 0 && parts.clusters.length === 0 && parts.currentContext === '';
  const pod = isEmpty && !options.kubeconfig ? inCluster(options) : null;
  if (pod === null && files.length === 0) throw noFile(options.env);
  const context = pod ?? choose(parts, options.context);
  return { ...context, user: impersonating(context.user, options) };
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
    return readBounded(file, BOUNDS.kubeconfigBytes, true).toString('utf8');
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    throw configurationError(`the kubeconfig ${file} ${error.why}`, 'check --kubeconfig and KUBECONFIG');
  }
}

// Excessive aliases and excessive nesting fail only here.
function contentIn(file: string, document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS() ?? {};
  } catch (error) {
    throw doesNotParse(file, error instanceof Error ? error.message : String(error));
  }
}

function doesNotParse(file: string, message: string): ConnectionError {
  const what = foreignText(message.split('\n', 1)[0]?.replace(/:$/, '') ?? '');
  return configurationError(
    `the kubeconfig ${file} does not parse: ${what}`,
    'correct the file, or name another with --kubeconfig',
  );
}

// An empty file is a kubeconfig with nothing in it, as for kubectl.
function read(file: string): Parts {
  const document = parseDocument(readText(file), { merge: true, uniqueKeys: false, prettyErrors: true });
  const [error] = document.errors;
  if (error !== undefined) throw doesNotParse(file, error.message);
  const content = contentIn(file, document);
  if (typeof content !== 'object' || Array.isArray(content))
    throw configurationError(
      `the kubeconfig ${file} is not a YAML mapping`,
      'correct the file, or name another with --kubeconfig',
    );
  const config = objectOf(content);
  const entries = (list: string, field: string): KubeconfigEntry[] =>
    arrayOf(config[list])
      .map(objectOf)
      .map((entry) => ({ name: stringOf(entry.name), body: objectOf(entry[field]), file }));
  return {
    files: file,
    clusters: entries('clusters', 'cluster'),
    users: entries('users', 'user'),
    contexts: entries('contexts', 'context'),
    currentContext: stringOf(config['current-context']),
  };
}

function together(parts: readonly Parts[], files: readonly string[]): Parts {
  return {
    files: files.join(', '),
    clusters: parts.flatMap((p) => p.clusters),
    users: parts.flatMap((p) => p.users),
    contexts: parts.flatMap((p) => p.contexts),
    currentContext: parts.find((p) => p.currentContext !== '')?.currentContext ?? '',
  };
}

// The first entry of a name wins: later files with that name are not even looked at.
function named(entries: readonly KubeconfigEntry[], name: string): KubeconfigEntry | undefined {
  return entries.find((entry) => entry.name === name);
}

function listOf(contexts: readonly KubeconfigEntry[]): string {
  return contexts.length === 0 ? 'it has none' : `it has ${[...new Set(contexts.map((c) => c.name))].join(', ')}`;
}

function choose(parts: Parts, asked: string | undefined): ChosenContext {
  const name = asked || parts.currentContext;
  if (name === '')
    throw configurationError(
      `current-context is not set in ${parts.files}`,
      `name one with --context: ${listOf(parts.contexts)}`,
    );
  const entry = named(parts.contexts, name);
  if (entry === undefined) {
    const field = asked ? '--context' : 'current-context';
    throw configurationError(`${field} "${name}" is not a context in ${parts.files}`, listOf(parts.contexts));
  }
  const context = readContext(entry);
  const clusterEntry = named(parts.clusters, context.cluster);
  if (clusterEntry === undefined) throw missing(fieldOf('contexts', entry, `cluster "${context.cluster}"`), parts.files);
  const userEntry = named(parts.users, context.user);
  if (userEntry === undefined && context.user !== '')
    throw missing(fieldOf('contexts', entry, `user "${context.user}"`), parts.files);
  const cluster = readCluster(clusterEntry);
  const user = userEntry === undefined ? nobody(entry.file) : readUser(userEntry);
  checkCluster(cluster);
  checkUser(user);
  return { name, namespace: context.namespace || 'default', cluster, user };
}

function missing(field: string, files: string): ConnectionError {
  return configurationError(`${field} is not defined in ${files}`, 'correct the file, or choose another with --context');
}

function checkCluster(cluster: Cluster): void {
  const { file, server, authorityFile, authorityData, proxyUrl } = cluster;
  const field = (name: string) => fieldOf('clusters', cluster, name);
  if (server === '') throw configurationError(`${field('server')} in ${file} is not set`, 'it is the address of the API server');
  if (!URL.canParse(server) || !['http:', 'https:'].includes(new URL(server).protocol))
    throw configurationError(`${field('server')} in ${file} is "${server}"`, 'it has to begin with http:// or https://');
  if (proxyUrl !== '') checkProxyUrl(proxyUrl, `${field('proxy-url')} in ${file}`);
  checkFile(authorityFile, field('certificate-authority'), file);
  if (cluster.skipsVerification && (authorityFile !== '' || authorityData !== null)) {
    throw configurationError(
      `${field('insecure-skip-tls-verify')} and certificate-authority in ${file} exclude each other`,
      'remove one of them',
    );
  }
  checkTls({ ca: contentOf(authorityFile, authorityData) }, field('certificate-authority'), file);
}

const AUTH_PROVIDERS = ['oidc', 'gcp', 'azure'];

function checkUser(user: User): void {
  const { file, certificateFile, keyFile } = user;
  const field = (name: string) => fieldOf('users', user, name);
  checkFile(certificateFile, field('client-certificate'), file);
  checkFile(keyFile, field('client-key'), file);
  checkFile(user.tokenFile, field('tokenFile'), file);
  const cert = contentOf(certificateFile, user.certificateData);
  const key = contentOf(keyFile, user.keyData);
  if ((cert === null) !== (key === null)) {
    const [there, lacking] = cert === null ? ['client-key', 'client-certificate'] : ['client-certificate', 'client-key'];
    throw configurationError(`${field(there)} in ${file} needs a ${lacking}`, `add ${lacking} or ${lacking}-data`);
  }
  checkTls({ cert, key }, field('client-certificate and client-key'), file);
  const provider = user.authProvider === null ? null : stringOf(user.authProvider.name);
  if (provider !== null && !AUTH_PROVIDERS.includes(provider))
    throw configurationError(`${field('auth-provider')} in ${file} is "${provider}"`, 'use an exec plug-in instead');
}

function checkFile(path: string, field: string, file: string): void {
  if (path === '') return;
  try {
    readBounded(path, BOUNDS.credentialBytes, false);
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    throw configurationError(`${field} in ${file} names ${path}, which ${error.why}`, 'correct the path, or log in again');
  }
}

/**
 * The content in the kubeconfig itself, or in the file that it names; null if there is neither.
 * @throws UnreadableFile.
 */
export function contentOf(file: string, data: Buffer | null): Buffer | null {
  return data ?? (file === '' ? null : readBounded(file, BOUNDS.credentialBytes, false));
}

const PEM = '-----BEGIN ';

function checkTls(material: Readonly<Record<string, Buffer | null>>, field: string, file: string): void {
  const given = Object.fromEntries(Object.entries(material).filter(([, value]) => value !== null)) as Record<string, Buffer>;
  if (Object.keys(given).length === 0) return;
  try {
    // Node ignores an authority without a certificate, and then trusts no certificate at all.
    if (given.ca !== undefined && !given.ca.includes(PEM)) throw new Error('it holds no PEM block');
    // Without an authority it would read all that Node trusts.
    createSecureContext({ ca: [], ...given });
  } catch (error) {
    const reason = foreignText(error instanceof Error ? error.message : String(error));
    throw configurationError(`${field} in ${file} cannot be used: ${reason}`, 'correct it, or log in again');
  }
}

// An option replaces its own field of the kubeconfig and leaves the others (clientcmd's overrides).
function impersonating(user: User, { as, asGroups, asUid }: KubeconfigOptions): User {
  const own = user.impersonation;
  const impersonation: Impersonation = {
    user: as || own.user,
    groups: asGroups !== undefined && asGroups.length > 0 ? asGroups : own.groups,
    uid: asUid || own.uid,
    extra: own.extra,
  };
  const hasMore = impersonation.groups.length > 0 || impersonation.uid !== '' || Object.keys(impersonation.extra).length > 0;
  if (impersonation.user === '' && hasMore)
    throw configurationError('--as-group and --as-uid (as-groups, as-uid) need a user to act as', 'give one with --as');
  return { ...user, impersonation };
}

/** The service account of the pod in which crashtop runs; null outside a cluster. */
function inCluster({ env, serviceAccount = SERVICE_ACCOUNT }: KubeconfigOptions): ChosenContext | null {
  const host = env.KUBERNETES_SERVICE_HOST;
  const port = env.KUBERNETES_SERVICE_PORT;
  const tokenFile = join(serviceAccount, 'token');
  if (!host || !port || !existsSync(tokenFile)) return null;
  const server = `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const entry = (name: string, body: object): KubeconfigEntry => ({ name, body: { ...body }, file: serviceAccount });
  const cluster = readCluster(entry('in-cluster', { server, 'certificate-authority': join(serviceAccount, 'ca.crt') }));
  const user = readUser(entry('service-account', { tokenFile }));
  checkCluster(cluster);
  checkUser(user);
  const namespaceFile = join(serviceAccount, 'namespace');
  const namespace = existsSync(namespaceFile) ? readText(namespaceFile).trim() : 'default';
  return { name: 'in-cluster', namespace, cluster, user };
}
