/**
 * The addresses on which a server listens. `localhost` stands for both loopback addresses, 127.0.0.1 and ::1, with the
 * same port, because clients may try either of them first.
 */

import type { Server as HttpServer } from 'node:http';
import { type AddressInfo, createServer, Server } from 'node:net';
import { codeOf } from '../boundary/caught.ts';

export type HttpBinding = {
  readonly port: number;
  /** Stops accepting connections. Resolves when all connections are closed. */
  close(): Promise<void>;
};

const loopbacks = ['127.0.0.1', '::1'] as const;
/** Error codes of a machine without IPv6. */
const withoutIpv6: ReadonlySet<unknown> = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL']);
/** With port 0, the port that is free on the first address may be in use on the second. */
const maxAttempts = 20;

/** Port 0 selects any free port. Rejects if the port is in use on any of the addresses. */
export async function bind(server: HttpServer, host: string, port: number): Promise<HttpBinding> {
  if (host.toLowerCase() !== 'localhost') {
    await listen(server, host, port);
    return { port: portOf(server), close: () => close(server) };
  }
  for (let attempt = 1; ; attempt += 1) {
    await listen(server, loopbacks[0], port);
    try {
      return await bindSecond(server, loopbacks[1], portOf(server));
    } catch (error) {
      const code = codeOf(error);
      if (withoutIpv6.has(code)) return { port: portOf(server), close: () => close(server) };
      await close(server);
      if (port !== 0 || code !== 'EADDRINUSE' || attempt >= maxAttempts) throw error;
    }
  }
}

/** Listens on the second address; its connections are served like those of the first. */
async function bindSecond(server: HttpServer, host: string, port: number): Promise<HttpBinding> {
  const second = createServer({ allowHalfOpen: true, noDelay: true }, (socket) =>
    server.emit('connection', socket),
  );
  await listen(second, host, port);
  second.on('error', (error) => server.emit('error', error));
  return {
    port,
    async close() {
      await Promise.all([close(server), close(second)]);
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function portOf(server: Server): number {
  // cast: it listens on a port.
  return (server.address() as AddressInfo).port;
}

/** Closes as a plain TCP server: closing as an HTTP server would cut off replies that clients are still reading. */
function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    Server.prototype.close.call(server, () => resolve());
  });
}
