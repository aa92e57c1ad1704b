import type { Json } from '../../../text/json.ts';
import { readBounded } from '../../bounded-file.ts';
import { BOUNDS } from '../bounds.ts';
import { credentialsError } from '../http/connection-error.ts';
import type { TlsMaterial } from '../http/dispatcher.ts';
import type { AuthProvider } from './auth-provider.ts';
import { ExecCredentials, type PlugInCredentials, type PlugInSurroundings } from './exec-credentials.ts';
import { type ChosenContext, contentOf } from './kubeconfig.ts';
import type { Cluster, Impersonation, User } from './kubeconfig-entries.ts';

/** What authenticates one request. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly tls: TlsMaterial;
  /** The part of it that a plug-in gave; null if none was asked. */
  readonly plugIn: PlugInCredentials | null;
}

// RFC 9110: visible characters, spaces and bytes beyond ASCII.
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * Gives the credentials of one context, anew for each request: reads files again, and runs plug-ins
 * again when they say so.
 */
export class Authenticator {
  readonly #cluster: Cluster;
  readonly #user: User;
  readonly #exec: ExecCredentials | null;
  #provider: Promise<AuthProvider> | null = null;
  #lastToken = '';

  constructor({ cluster, user }: ChosenContext, surroundings: Omit<PlugInSurroundings, 'cluster'>) {
    this.#cluster = cluster;
    this.#user = user;
    this.#exec =
      user.exec === null ? null : new ExecCredentials(user.exec, { ...surroundings, cluster: () => clusterInfo(cluster) });
  }

  /** Might it ask the user now? */
  get mayAsk(): boolean {
    return this.#exec?.mayAsk ?? false;
  }

  /** @throws ConnectionError of kind `credentials`, or the error of reading a file. */
  async credentials(): Promise<Credentials> {
    const impersonation = impersonationHeaders(this.#user.impersonation);
    // Without TLS there is nothing to verify, and no secret is sent: kubectl does the same.
    if (this.#cluster.server.startsWith('http:'))
      return { headers: impersonation, tls: { rejectUnauthorized: false }, plugIn: null };
    const own = this.#ownAuthorization();
    const plugIn = own === '' ? ((await this.#exec?.get()) ?? null) : null;
    const token = plugIn?.token ? `Bearer ${plugIn.token}` : '';
    const authorization = own || token || (await this.#provided());
    if (!HEADER_VALUE.test(authorization))
      throw credentialsError(
        'the token holds characters that are not allowed in a header',
        'log in again, or correct it in the kubeconfig or token file',
      );
    const headers = { ...impersonation, ...(authorization === '' ? {} : { authorization }) };
    return { headers, tls: tlsOf(this.#cluster, this.#user, plugIn), plugIn };
  }

  /** Takes note that the server did not accept these. */
  refuse({ plugIn }: Credentials): void {
    if (plugIn !== null) this.#exec?.refuse(plugIn);
  }

  /** Ends a running plug-in. */
  close(): void {
    this.#exec?.close();
  }

  #ownAuthorization(): string {
    const { username, password } = this.#user;
    const token = this.#token();
    if (token !== '') return `Bearer ${token}`;
    return username === '' ? '' : `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  }

  // The token file takes precedence over the token. While it cannot be read, its last content is
  // used (client-go).
  #token(): string {
    const { token, tokenFile } = this.#user;
    if (tokenFile === '') return token.trim();
    try {
      this.#lastToken = readBounded(tokenFile, BOUNDS.credentialBytes, false).toString('utf8').trim() || this.#lastToken;
    } catch (error) {
      if (this.#lastToken === '') throw error;
    }
    return this.#lastToken;
  }

  async #provided(): Promise<string> {
    const { authProvider } = this.#user;
    if (authProvider === null || this.#exec !== null) return '';
    this.#provider ??= import('./auth-provider.ts').then((module) => new module.AuthProvider(authProvider));
    return (await this.#provider).authorization();
  }
}

function impersonationHeaders({ user, groups, uid, extra }: Impersonation): Record<string, string | string[]> {
  if (user === '') return {};
  const more = Object.entries(extra).map(([key, values]) => [
    `impersonate-extra-${encodeURIComponent(key.toLowerCase())}`,
    [...values],
  ]);
  return {
    'impersonate-user': user,
    ...(groups.length === 0 ? {} : { 'impersonate-group': [...groups] }),
    ...(uid === '' ? {} : { 'impersonate-uid': uid }),
    ...Object.fromEntries(more),
  };
}

function tlsOf(cluster: Cluster, user: User, plugIn: PlugInCredentials | null): TlsMaterial {
  const ca = contentOf(cluster.authorityFile, cluster.authorityData);
  const cert = plugIn?.certificate || contentOf(user.certificateFile, user.certificateData);
  const key = plugIn?.key || contentOf(user.keyFile, user.keyData);
  return {
    ...(ca === null ? {} : { ca }),
    ...(cert === null || key === null ? {} : { cert, key }),
    ...(cluster.tlsServerName === '' ? {} : { servername: cluster.tlsServerName }),
    ...(cluster.skipsVerification ? { rejectUnauthorized: false } : {}),
  };
}

/** The cluster in the form in which client.authentication.k8s.io shows it to a plug-in. */
function clusterInfo(cluster: Cluster): Json {
  const ca = contentOf(cluster.authorityFile, cluster.authorityData);
  return {
    server: cluster.server,
    ...(cluster.tlsServerName === '' ? {} : { 'tls-server-name': cluster.tlsServerName }),
    ...(cluster.skipsVerification ? { 'insecure-skip-tls-verify': true } : {}),
    ...(ca === null ? {} : { 'certificate-authority-data': ca.toString('base64') }),
    ...(cluster.proxyUrl === '' ? {} : { 'proxy-url': cluster.proxyUrl }),
    ...(cluster.disablesCompression ? { 'disable-compression': true } : {}),
    config: cluster.plugInConfig,
  };
}
