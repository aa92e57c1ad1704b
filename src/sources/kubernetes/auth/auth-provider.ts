import type { RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import { type Json, stringOf } from '../../../text/json.ts';

/**
 * Logs in with a kubeconfig's `auth-provider` (OpenID Connect, and its peers from before exec
 * plug-ins), which client-node implements. A module of its own, because loading client-node takes
 * longer than the first list.
 */
export class AuthProvider {
  readonly #kubeConfig = new KubeConfig();

  constructor(provider: Json) {
    const authProvider = { name: stringOf(provider.name), config: provider.config };
    this.#kubeConfig.loadFromOptions({
      clusters: [],
      users: [{ name: 'user', authProvider }],
      contexts: [{ name: 'context', cluster: '', user: 'user' }],
      currentContext: 'context',
    });
  }

  /** The value of the Authorization header; '' if the provider has none. */
  async authorization(): Promise<string> {
    const options: RequestOptions = {};
    await this.#kubeConfig.applyToHTTPSOptions(options);
    return stringOf((options.headers as Record<string, unknown> | undefined)?.Authorization);
  }
}
