/**
 * The parts of undici that crashtop uses. Its index.js also loads fetch, WebSocket, mocks and
 * caches, which takes 12 MB and more time than listing a small cluster. This file replaces the steps
 * of index.js for these parts.
 */
import api from 'undici/lib/api/index.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';

Object.assign(Dispatcher.prototype, api);

export { default as buildConnector } from 'undici/lib/core/connect.js';
export { default as Agent } from 'undici/lib/dispatcher/agent.js';
export { default as Pool } from 'undici/lib/dispatcher/pool.js';
export { default as ProxyAgent } from 'undici/lib/dispatcher/proxy-agent.js';
