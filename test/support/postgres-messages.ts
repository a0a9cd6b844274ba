/** Splits the PostgreSQL protocol into messages and parses as much of them as a proxy needs. */

export type Message = { readonly type: string; readonly bytes: Buffer };

const plainStartup = 196_608;

/** One direction of a connection. A client's messages have no type byte until the startup message. */
export class MessageStream {
  #rest: Buffer = Buffer.alloc(0);
  #typed: boolean;

  constructor(from: 'client' | 'server') {
    this.#typed = from === 'server';
  }

  *push(bytes: Buffer): Generator<Message> {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    for (;;) {
      const head = this.#typed ? 1 : 0;
      if (this.#rest.length < head + 4) return;
      const length = head + this.#rest.readUInt32BE(head);
      if (this.#rest.length < length) return;
      const message = this.#rest.subarray(0, length);
      this.#rest = this.#rest.subarray(length);
      if (this.#typed) yield { type: String.fromCharCode(message[0] as number), bytes: message };
      else {
        this.#typed = message.readUInt32BE(4) === plainStartup;
        yield { type: '', bytes: message };
      }
    }
  }
}

/** A statement sent to the server. */
export type Statement = {
  readonly sql: string;
  readonly parameters: readonly (string | null)[];
  /** Earlier statements of its transaction, from BEGIN on; empty outside a transaction. */
  readonly transaction: readonly string[];
};

/** Tracks which statement a client message executes. */
export class StatementReader {
  readonly #prepared = new Map<string, string>();
  readonly #portals = new Map<string, Omit<Statement, 'transaction'>>();
  /** undefined outside a transaction. */
  #transaction: string[] | undefined;

  /** @returns the statement that the message executes. */
  read({ type, bytes }: Message): Statement | undefined {
    const fields = new Fields(bytes.subarray(5));
    if (type === 'P') this.#prepared.set(fields.text(), fields.text());
    else if (type === 'B') this.#bind(fields);
    else if (type === 'E') return this.#execute(this.#portals.get(fields.text()));
    else if (type === 'Q') return this.#execute({ sql: fields.text(), parameters: [] });
    return undefined;
  }

  #bind(fields: Fields): void {
    const portal = fields.text();
    const sql = this.#prepared.get(fields.text()) ?? '';
    for (let formats = fields.int16(); formats > 0; formats -= 1) fields.int16();
    const parameters = Array.from({ length: fields.int16() }, () => fields.value());
    this.#portals.set(portal, { sql, parameters });
  }

  #execute(executed: Omit<Statement, 'transaction'> | undefined): Statement | undefined {
    if (executed === undefined) return undefined;
    const { sql } = executed;
    if (sql.startsWith('BEGIN')) this.#transaction = [];
    const transaction = [...(this.#transaction ?? [])];
    if (/^(COMMIT|ROLLBACK)/.test(sql)) this.#transaction = undefined;
    else this.#transaction?.push(sql);
    return { ...executed, transaction };
  }
}

class Fields {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  text(): string {
    const end = this.#bytes.indexOf(0, this.#at);
    const text = this.#bytes.toString('utf8', this.#at, end);
    this.#at = end + 1;
    return text;
  }

  int16(): number {
    this.#at += 2;
    return this.#bytes.readInt16BE(this.#at - 2);
  }

  value(): string | null {
    const length = this.#bytes.readInt32BE(this.#at);
    this.#at += 4;
    if (length < 0) return null;
    this.#at += length;
    return this.#bytes.toString('utf8', this.#at - length, this.#at);
  }
}
