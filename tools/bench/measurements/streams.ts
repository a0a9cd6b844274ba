/** The balance stream: one connection for each of 1,000 accounts while they withdraw in a closed loop. */
import { createHmac } from 'node:crypto';
import { WebSocket } from 'ws';
import { Latencies } from '../load/latencies.ts';
import type { SigningKey } from '../load/load.ts';
import { type Started, withdrawals } from '../subject.ts';
import type { Row } from '../table.ts';
import { describeWithdrawals, type Measurement, runAccepted, usualAccounts } from './measurement.ts';

const streamRow = `events to ${usualAccounts.toLocaleString('en-US')} streams, from the transfer to the frame`;

const maxEvents = 10_000_000;
const openedAtOnce = 50;

export const streams: Measurement = {
  name: 'streams',
  title: 'Balance streams while withdrawals run',
  accounts: [usualAccounts],
  run: (subject, { durationMs }) =>
    subject.withServer(usualAccounts, async (started) => {
      const events = new EventTally();
      const sockets = await subscribeAll(started, events);
      try {
        const result = await runAccepted(withdrawals(started.server, started.keys, { durationMs }));
        return {
          [streamRow]: events.describe(result.durationInAllMs),
          'withdrawal with an order id, meanwhile': await describeWithdrawals(started.server, result),
        };
      } finally {
        for (const socket of sockets) socket.terminate();
      }
    }),
};

/** The events of all streams, and how long after the time that they state they arrived; server and bench share a clock. */
class EventTally {
  readonly #latencies = new Latencies(maxEvents);

  add({ E }: { readonly E: number }): void {
    this.#latencies.add(Date.now() - E);
  }

  describe(durationMs: number): Row {
    const perSecond = (this.#latencies.count * 1000) / durationMs;
    const { p50Ms, p99Ms, p999Ms, maxMs } = this.#latencies.summarize();
    return { perSecond, p50Ms, p99Ms, p999Ms, maxMs };
  }
}

async function subscribeAll({ server, keys }: Started, events: EventTally): Promise<readonly WebSocket[]> {
  const sockets: WebSocket[] = [];
  for (let first = 0; first < keys.length; first += openedAtOnce) {
    const group = keys.slice(first, first + openedAtOnce);
    sockets.push(...(await Promise.all(group.map((key) => subscribe(server.port, key, events)))));
  }
  return sockets;
}

/** @returns the connection when the reply to its subscription has arrived. */
function subscribe(port: number, key: SigningKey, events: EventTally): Promise<WebSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<WebSocket>();
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws-api/v3?returnRateLimits=false`);
  socket.once('error', reject);
  socket.once('open', () => socket.send(subscription(key)));
  socket.on('message', (data) => {
    const { event, status, error } = JSON.parse(String(data));
    if (event !== undefined) return events.add(event);
    if (status === 200) return resolve(socket);
    reject(new Error(`the subscription was rejected: ${JSON.stringify(error)}`));
  });
  return promise;
}

function subscription({ apiKey, secretKey }: SigningKey): string {
  const timestamp = Date.now();
  const text = `apiKey=${apiKey}&timestamp=${timestamp}`;
  const signature = createHmac('sha256', secretKey).update(text).digest('hex');
  const method = 'userDataStream.subscribe.signature';
  return JSON.stringify({ id: 1, method, params: { apiKey, timestamp, signature } });
}
