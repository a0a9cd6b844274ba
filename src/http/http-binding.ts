/**
 * The addresses that a server listens on. `localhost` is both loopback addresses, 127.0.0.1 and ::1, with one port:
 * clients try either of them first.
 */
import type { Server as HttpServer } from 'node:http';
import { type AddressInfo, createServer, Server } from 'node:net';

export type HttpBinding = {
  readonly port: number;
  /** Accepts no further connections. Resolves when all are closed. */
  close(): Promise<void>;
};

const loopbacks = ['127.0.0.1', '::1'] as const;
/** Of a machine without IPv6. */
const withoutIpv6: ReadonlySet<unknown> = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL']);
/** With any free port, the same port of the other address may be taken. */
const maxAttempts = 20;

/** Port 0 is any free one. Rejects where the port of any address is taken. */
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
      const { code } = error as NodeJS.ErrnoException;
      if (withoutIpv6.has(code)) return { port: portOf(server), close: () => close(server) };
      await close(server);
      if (port !== 0 || code !== 'EADDRINUSE' || attempt >= maxAttempts) throw error;
    }
  }
}

/** Connections of the second address are served like those of the first. */
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
  return (server.address() as AddressInfo).port;
}

/** Not as an HTTP server closes itself: that cuts off replies that clients are still reading. */
function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    Server.prototype.close.call(server, () => resolve());
  });
}
