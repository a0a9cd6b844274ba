/**
 * Sends requests as bytes, without normalisation, encoding or retries; every request must be answered within 60 s.
 */
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';

export type WireRequest = {
  readonly method: string;
  /** Path and query, sent verbatim. */
  readonly target: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
};

export type WireReply = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
};

const timeoutMs = 60_000;

export function sendRequest(
  port: number,
  { method, target, headers = {}, body }: WireRequest,
): Promise<WireReply> {
  return new Promise((resolve, reject) => {
    const known = body !== undefined && headers['transfer-encoding'] === undefined;
    const length = known ? { 'content-length': Buffer.byteLength(body) } : {};
    const options = { host: '127.0.0.1', port, method, path: target, headers: { ...length, ...headers } };
    const outgoing = httpRequest({ ...options, timeout: timeoutMs }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text });
      });
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error(`${method} ${target}: no answer`)));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Sends bytes verbatim. @returns everything received until the other side closed. */
export function sendBytes(port: number, bytes: string): Promise<WireReply> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes, 'latin1'));
    const chunks: Buffer[] = [];
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`no answer to ${JSON.stringify(bytes)}`)));
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(parseReply(Buffer.concat(chunks).toString('utf8'))));
  });
}

function parseReply(raw: string): WireReply {
  const [head = '', ...rest] = raw.split('\r\n\r\n');
  const [statusLine = '', ...lines] = head.split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => {
      const [name = '', ...value] = line.split(':');
      return [name.toLowerCase(), value.join(':').trim()];
    }),
  );
  return { status: Number(statusLine.split(' ')[1]), headers, text: rest.join('\r\n\r\n') };
}
