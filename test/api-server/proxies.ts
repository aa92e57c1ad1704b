import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** A proxy that counts the tunnels that it opened. */
export interface TestProxy {
  readonly url: string;
  tunnels(): number;
  close(): Promise<void>;
}

/** An HTTP proxy that knows CONNECT and nothing else. */
export async function startHttpProxy(): Promise<TestProxy> {
  let tunnels = 0;
  const server = createServer();
  server.on('connect', (request: IncomingMessage, client: Duplex) => {
    tunnels++;
    const [host, port] = (request.url ?? '').split(':');
    const target = connect(Number(port), host, () => client.write('HTTP/1.1 200 Connection established\r\n\r\n'));
    join(client, target);
  });
  return listening(server, 'http', () => tunnels);
}

/**
 * A SOCKS5 proxy (RFC 1928), which connects to IPv4 addresses and names. Without `login` it asks for none; with it, it lets only
 * this user in (RFC 1929).
 */
export async function startSocksProxy(login?: { readonly user: string; readonly password: string }): Promise<TestProxy> {
  let tunnels = 0;
  const server = createTcpServer((client) => {
    client.on('error', () => undefined);
    const connectOn = () =>
      client.once('data', (asked) => {
        tunnels++;
        const { host, port } = socksTarget(asked);
        const target = connect(port, host, () => client.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0])));
        join(client, target);
      });
    client.once('data', () => {
      client.write(Buffer.from([5, login === undefined ? 0 : 2]));
      if (login === undefined) {
        connectOn();
        return;
      }
      client.once('data', (given) => {
        const isLetIn = loginOf(given) === `${login.user}:${login.password}`;
        client.write(Buffer.from([1, isLetIn ? 0 : 1]));
        if (isLetIn) connectOn();
        else client.end();
      });
    });
  });
  return listening(server, 'socks5', () => tunnels);
}

function loginOf(given: Buffer): string {
  const userEnd = 2 + (given[1] ?? 0);
  return `${given.subarray(2, userEnd)}:${given.subarray(userEnd + 1, userEnd + 1 + (given[userEnd] ?? 0))}`;
}

function socksTarget(asked: Buffer): { host: string; port: number } {
  if (asked[3] === 1) return { host: [...asked.subarray(4, 8)].join('.'), port: asked.readUInt16BE(8) };
  const length = asked[4] ?? 0;
  return { host: asked.subarray(5, 5 + length).toString('latin1'), port: asked.readUInt16BE(5 + length) };
}

function join(client: Duplex, target: Socket): void {
  client.on('error', () => target.destroy());
  target.on('error', () => client.destroy());
  client.pipe(target).pipe(client);
}

async function listening(server: Server, protocol: string, tunnels: () => number): Promise<TestProxy> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `${protocol}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tunnels,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
