import { resolve } from 'node:path';
import { arrayOf, type Json, objectOf } from '../../../text/json.ts';
import { configurationError } from '../http/connection-error.ts';
import type { KubeconfigEntry } from './entry.ts';
import { type ExecPlugIn, readExecPlugIn } from './exec-plug-in.ts';

/** A cluster of a kubeconfig. Texts are '' if the field is not set; paths are absolute. */
export interface Cluster {
  readonly name: string;
  readonly file: string;
  /** With its scheme, without a trailing slash. */
  readonly server: string;
  readonly authorityFile: string;
  /** PEM, or null. Takes precedence over the file. */
  readonly authorityData: Buffer | null;
  readonly skipsVerification: boolean;
  readonly tlsServerName: string;
  readonly proxyUrl: string;
  readonly disablesCompression: boolean;
  /** The cluster's own configuration for exec plug-ins; null if there is none. */
  readonly plugInConfig: unknown;
}

/** The user to impersonate; '' and empty for no impersonation. */
export interface Impersonation {
  readonly user: string;
  readonly groups: readonly string[];
  readonly uid: string;
  /** Each key with its values. */
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/** A user of a kubeconfig. Texts are '' if the field is not set; paths are absolute. */
export interface User {
  readonly name: string;
  readonly file: string;
  readonly token: string;
  /** Takes precedence over the token, and is read again for each request. */
  readonly tokenFile: string;
  readonly username: string;
  readonly password: string;
  readonly certificateFile: string;
  readonly certificateData: Buffer | null;
  readonly keyFile: string;
  readonly keyData: Buffer | null;
  readonly exec: ExecPlugIn | null;
  /** The login method from before exec plug-ins: its name and configuration. */
  readonly authProvider: Json | null;
  readonly impersonation: Impersonation;
}

/** A context of a kubeconfig. */
export interface Context {
  readonly name: string;
  readonly cluster: string;
  /** '' if the context names no user. */
  readonly user: string;
  readonly namespace: string;
}

/** An anonymous user: a context need not name one. */
export function nobody(file: string): User {
  return readUser({ name: '', body: {}, file });
}

/** @throws ConnectionError of kind `configuration` that names the field. */
export function readContext(entry: KubeconfigEntry): Context {
  const text = texts('contexts', entry);
  return { name: entry.name, cluster: text('cluster'), user: text('user'), namespace: text('namespace') };
}

/** @throws ConnectionError of kind `configuration` that names the field. */
export function readCluster(entry: KubeconfigEntry): Cluster {
  const text = texts('clusters', entry);
  const flag = flags('clusters', entry);
  const authority = material(entry, text, 'certificate-authority');
  const skipsVerification = flag('insecure-skip-tls-verify');
  const usesTls = skipsVerification || authority.file !== '' || authority.data !== null;
  return {
    name: entry.name,
    file: entry.file,
    server: withScheme(text('server'), usesTls).replace(/(?<!\/)\/+$/, ''),
    authorityFile: authority.file,
    authorityData: authority.data,
    skipsVerification,
    tlsServerName: text('tls-server-name'),
    proxyUrl: text('proxy-url'),
    disablesCompression: flag('disable-compression'),
    plugInConfig: extensionOf(entry.body, 'client.authentication.k8s.io/exec'),
  };
}

// Completes an address without a scheme as client-go does: https if a field is about TLS.
function withScheme(server: string, usesTls: boolean): string {
  if (server === '' || server.includes('://')) return server;
  return `${usesTls ? 'https' : 'http'}://${server}`;
}

function extensionOf(body: Json, name: string): unknown {
  const found = arrayOf(body.extensions)
    .map(objectOf)
    .find((e) => e.name === name);
  return found?.extension ?? null;
}

/** @throws ConnectionError of kind `configuration` that names the field. */
export function readUser(entry: KubeconfigEntry): User {
  const text = texts('users', entry);
  const certificate = material(entry, text, 'client-certificate');
  const key = material(entry, text, 'client-key');
  return {
    name: entry.name,
    file: entry.file,
    token: text('token'),
    tokenFile: absolute(entry, text('tokenFile')),
    username: text('username'),
    password: text('password'),
    certificateFile: certificate.file,
    certificateData: certificate.data,
    keyFile: key.file,
    keyData: key.data,
    exec: readExecPlugIn(entry),
    authProvider: entry.body['auth-provider'] ? objectOf(entry.body['auth-provider']) : null,
    impersonation: {
      user: text('as'),
      groups: arrayOf(entry.body['as-groups']).map(String),
      uid: text('as-uid'),
      extra: Object.fromEntries(
        Object.entries(objectOf(entry.body['as-user-extra'])).map(([name, values]) => [name, arrayOf(values).map(String)]),
      ),
    },
  };
}

/** Names a field in messages, in the form of kubectl's documentation. */
export function fieldOf(list: 'clusters' | 'users' | 'contexts', entry: { readonly name: string }, field: string): string {
  return `${list} "${entry.name}": ${field}`;
}

/** Reads text fields: '' if one is not set. */
export function texts(list: 'clusters' | 'users' | 'contexts', entry: KubeconfigEntry): (field: string) => string {
  return (field) => {
    const value = entry.body[field] ?? '';
    if (typeof value === 'string') return value;
    throw configurationError(`${fieldOf(list, entry, field)} in ${entry.file} is not text`, 'put it in quotes');
  };
}

function flags(list: 'clusters', entry: KubeconfigEntry): (field: string) => boolean {
  return (field) => {
    const value = entry.body[field] ?? false;
    if (typeof value === 'boolean') return value;
    throw configurationError(`${fieldOf(list, entry, field)} in ${entry.file} is "${value}"`, 'it has to be true or false');
  };
}

// Paths are relative to the file that holds them.
function absolute({ file }: KubeconfigEntry, path: string): string {
  return path === '' ? '' : resolve(file, '..', path);
}

// Data takes precedence over a file (client-go).
function material(entry: KubeconfigEntry, text: (field: string) => string, field: string): { file: string; data: Buffer | null } {
  const data = text(`${field}-data`);
  if (data !== '') return { file: '', data: Buffer.from(data, 'base64') };
  return { file: absolute(entry, text(field)), data: null };
}
