/**
 * A proxy in front of PostgreSQL that recognises statements and drops the connection at a given one: before it arrives,
 * or after it was executed and before its reply is returned.
 */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { type Message, MessageStream, type Statement, StatementReader } from './postgres-messages.ts';

export type FaultPoint = {
  readonly lost: 'before' | 'after';
  readonly at: (statement: Statement) => boolean;
};

export class PostgresProxy {
  readonly #server = createServer((client) => this.#accept(client));
  readonly #links = new Set<Link>();
  readonly #target: number;
  #open = true;
  #armed: { readonly point: FaultPoint; readonly onHit: () => void } | undefined;

  constructor(targetPort: number) {
    this.#target = targetPort;
  }

  async start(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as { port: number }).port;
  }

  /** Drops the next connection that reaches the fault point, and then calls `onHit`. */
  arm(point: FaultPoint, onHit: () => void): void {
    this.#armed = { point, onHit };
  }

  disarm(): void {
    this.#armed = undefined;
  }

  /** Drops all connections and accepts no new ones. */
  cut(): void {
    this.#open = false;
    for (const link of [...this.#links]) link.lose();
  }

  mend(): void {
    this.#open = true;
  }

  stop(): void {
    this.#server.close();
    this.cut();
  }

  #accept(client: Socket): void {
    if (!this.#open) {
      client.destroy();
      return;
    }
    const link = new Link(client, connect(this.#target, '127.0.0.1'), {
      faultAt: (statement) => this.#faultAt(statement),
      onGone: () => this.#links.delete(link),
    });
    this.#links.add(link);
  }

  #faultAt(statement: Statement): Fault | undefined {
    const armed = this.#armed;
    if (armed === undefined || !armed.point.at(statement)) return undefined;
    this.#armed = undefined;
    return { lost: armed.point.lost, onHit: armed.onHit };
  }
}

type Fault = { readonly lost: FaultPoint['lost']; readonly onHit: () => void };
type LinkParts = {
  readonly faultAt: (statement: Statement) => Fault | undefined;
  readonly onGone: () => void;
};

/** A client connection and the corresponding server connection. */
class Link {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #parts: LinkParts;
  readonly #statements = new StatementReader();
  /** Number of the client's round trips sent, and answered; the startup is the first. */
  #sent = 1;
  #answered = 0;
  /** The round trip whose reply is to be dropped. */
  #losing: { readonly roundTrip: number; readonly onHit: () => void } | undefined;
  #isLost = false;

  constructor(client: Socket, server: Socket, parts: LinkParts) {
    this.#client = client;
    this.#server = server;
    this.#parts = parts;
    const fromClient = new MessageStream('client');
    const fromServer = new MessageStream('server');
    client.on('data', (bytes: Buffer) => {
      server.cork();
      for (const message of fromClient.push(bytes)) this.#passToServer(message);
      server.uncork();
    });
    server.on('data', (bytes: Buffer) => {
      client.cork();
      for (const message of fromServer.push(bytes)) this.#passToClient(message);
      client.uncork();
    });
    for (const socket of [client, server]) {
      // Messages are forwarded one by one without delay.
      socket.setNoDelay();
      socket.on('error', () => {});
      socket.on('close', () => this.lose());
    }
  }

  lose(): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#client.destroy();
    this.#server.destroy();
    this.#parts.onGone();
  }

  #passToServer(message: Message): void {
    if (this.#isLost || this.#isEverythingSent()) return;
    const statement = this.#statements.read(message);
    const fault = statement && this.#losing === undefined ? this.#parts.faultAt(statement) : undefined;
    if (fault?.lost === 'before') {
      this.lose();
      fault.onHit();
      return;
    }
    // The server's work takes effect at the end of the round trip, which must therefore arrive too.
    if (fault !== undefined) this.#losing = { roundTrip: this.#sent + 1, onHit: fault.onHit };
    if (message.type === 'S' || message.type === 'Q') this.#sent += 1;
    this.#server.write(message.bytes);
  }

  #isEverythingSent(): boolean {
    return this.#losing !== undefined && this.#sent >= this.#losing.roundTrip;
  }

  #passToClient({ type, bytes }: Message): void {
    if (this.#isLost) return;
    const isLast = this.#losing?.roundTrip === this.#answered + 1;
    if (!isLast) this.#client.write(bytes);
    if (type !== 'Z') return;
    this.#answered += 1;
    if (!isLast) return;
    this.lose();
    this.#losing?.onHit();
  }
}
