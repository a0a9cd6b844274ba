/** A TCP proxy in front of a server that drops connections and replies on request. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export class TcpProxy {
  /** Called with data from a client; 'drop' drops the connection before forwarding it, 'drop after' afterwards. */
  onRequest: (bytes: Buffer, client: Socket) => 'pass' | 'drop' | 'drop after' = () => 'pass';
  /** Data from a client is forwarded, or dropped, once this resolves. */
  beforeRequest: (bytes: Buffer) => Promise<void> | undefined = () => undefined;
  /** Called with data from the server; false drops it. */
  onReply: (bytes: Buffer) => boolean = () => true;
  /** Whether replies are forwarded. */
  answers = true;
  /** Whether new connections are accepted. */
  open = true;
  readonly #server = createServer((client) => this.#accept(client));
  readonly #sockets = new Set<Socket>();
  readonly #target: number;

  constructor(targetPort: number) {
    this.#target = targetPort;
  }

  async start(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as { port: number }).port;
  }

  dropAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  stop(): void {
    this.#server.close();
    this.dropAll();
  }

  #accept(client: Socket): void {
    if (!this.open) {
      client.destroy();
      return;
    }
    const server = connect(this.#target, '127.0.0.1');
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(from);
      from.on('error', () => {});
      from.on('close', () => {
        this.#sockets.delete(from);
        to.destroy();
      });
    }
    server.on('data', (bytes: Buffer) => {
      if (this.answers && this.onReply(bytes)) client.write(bytes);
    });
    let earlier = Promise.resolve();
    client.on('data', (bytes: Buffer) => {
      earlier = earlier.then(() => this.beforeRequest(bytes)).then(() => this.#pass(bytes, client, server));
    });
  }

  #pass(bytes: Buffer, client: Socket, server: Socket): void {
    const verdict = this.onRequest(bytes, client);
    if (verdict === 'drop') {
      client.destroy();
      return;
    }
    server.write(bytes);
    if (verdict !== 'drop after') return;
    // The end of the connection follows the request, so the server executes all of it before it closes; that drops the
    // client too. Closing at the first byte of a reply would let the server give up before its last statement.
    server.removeAllListeners('data');
    server.resume();
    server.end();
  }
}
