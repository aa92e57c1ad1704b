import { isAbsolute, resolve } from 'node:path';
import { arrayOf, objectOf, stringOf } from '../../../text/json.ts';
import { safeLine } from '../../../text/safe-text.ts';
import { joinLines } from '../../../text/truncate.ts';
import { configurationError } from '../http/connection-error.ts';
import type { KubeconfigEntry } from './entry.ts';

/** A program of the kubeconfig that gives credentials, after client.authentication.k8s.io. */
export interface ExecPlugIn {
  /** Its name in messages: the user's entry and its file. */
  readonly where: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Variables that it gets in addition to crashtop's own. */
  readonly env: Readonly<Record<string, string>>;
  /** `client.authentication.k8s.io/v1` or `…/v1beta1`. */
  readonly apiVersion: string;
  /** May it ask the user at the terminal? */
  readonly interactiveMode: InteractiveMode;
  readonly provideClusterInfo: boolean;
  /** The kubeconfig's advice for installing it: one line, or ''. */
  readonly installHint: string;
}

type InteractiveMode = (typeof INTERACTIVE_MODES)[number];

const INTERACTIVE_MODES = ['IfAvailable', 'Never', 'Always'] as const;
const GROUP = 'client.authentication.k8s.io';
const API_VERSIONS: readonly string[] = [`${GROUP}/v1`, `${GROUP}/v1beta1`];

/**
 * Reads the plug-in of a user; null if there is none.
 * @throws ConnectionError of kind `configuration` that names the field.
 */
export function readExecPlugIn({ name, body, file }: KubeconfigEntry): ExecPlugIn | null {
  if (!body.exec) return null;
  const exec = objectOf(body.exec);
  const wrong = (field: string, what: string, advice: string) =>
    configurationError(`users "${name}": exec.${field} in ${file} ${what}`, advice);
  const command = stringOf(exec.command);
  if (command === '') throw wrong('command', 'is not set', 'name the program that logs you in');
  const apiVersion = stringOf(exec.apiVersion);
  if (!API_VERSIONS.includes(apiVersion))
    throw wrong(
      'apiVersion',
      apiVersion === '' ? 'is not set' : `is "${apiVersion}"`,
      `it has to be ${API_VERSIONS.join(' or ')}`,
    );
  const mode = stringOf(exec.interactiveMode) || 'IfAvailable';
  const interactiveMode = INTERACTIVE_MODES.find((m) => m === mode);
  if (interactiveMode === undefined)
    throw wrong('interactiveMode', `is "${mode}"`, `it has to be ${INTERACTIVE_MODES.join(' or ')}`);
  return {
    where: `users "${name}" in ${file}`,
    command: commandOf(command, file),
    args: arrayOf(exec.args).map(String),
    env: Object.fromEntries(
      arrayOf(exec.env)
        .map(objectOf)
        .map((e) => [stringOf(e.name), stringOf(e.value)]),
    ),
    apiVersion,
    interactiveMode,
    provideClusterInfo: exec.provideClusterInfo === true,
    installHint: safeLine(joinLines(stringOf(exec.installHint))),
  };
}

// A command with a slash is relative to the kubeconfig; a bare name is looked up in PATH
// (client-go).
function commandOf(command: string, file: string): string {
  return !command.includes('/') || isAbsolute(command) ? command : resolve(file, '..', command);
}
