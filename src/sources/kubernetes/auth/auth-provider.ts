import type { RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import { type Json, stringOf } from '../../../text/json.ts';

/**
 * Logs in by a kubeconfig's `auth-provider` (OpenID Connect, and what was there before exec plug-ins), which client-node knows
 * how to do. A module of its own: client-node takes longer to load than the first list takes to come.
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

  /** The value of the Authorization header; '' where the provider has none to give. */
  async authorization(): Promise<string> {
    const options: RequestOptions = {};
    await this.#kubeConfig.applyToHTTPSOptions(options);
    return stringOf((options.headers as Record<string, unknown> | undefined)?.Authorization);
  }
}
