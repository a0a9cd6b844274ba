/** Worlds of the lab: how long copies take, what a thousand of them take, and what idle ones cost the one in use. */
import type { SigningKey } from '../load/load.ts';
import { OperatorClient } from '../operator-client.ts';
import type { ServerProcess } from '../server-process.ts';
import { percentile } from '../statistics.ts';
import { withdrawals } from '../subject.ts';
import type { Row, Table } from '../table.ts';
import { type Measurement, runAccepted } from './measurement.ts';

const base = '/operator/v1/lab/worlds';
const repetitions = 20;
const manyWorlds = 1000;
const megabyte = 1024 * 1024;
/** Bookings at the same time. */
const together = 32;

export const worlds: Measurement = {
  name: 'worlds',
  title: 'Worlds of the lab, with the HTTP request for them',
  accounts: [],
  once: true,
  run: (subject, { durationMs }) =>
    subject.withEmptyPlace(async (place) => {
      const server = await subject.start(place, true);
      const lab = new WorldsOfServer(server);
      try {
        const copies = await measureCopies(lab);
        const alone = await lab.rateOf(await lab.make({}), durationMs);
        const many = await measureMany(lab, server);
        const amongMany = await lab.rateOf(await lab.make({}), durationMs);
        return {
          ...copies,
          ...many,
          'withdrawals in a world, alone': { perSecond: alone },
          [`withdrawals in a world, with ${manyWorlds} idle ones`]: { perSecond: amongMany },
        };
      } finally {
        lab.close();
        await server.kill();
      }
    }),
};

async function measureCopies(lab: WorldsOfServer): Promise<Table> {
  const table: Record<string, Row> = {};
  for (const megabytes of [1, 10]) {
    const { name } = await lab.make({ name: `size-${megabytes}` });
    await lab.fill(name, megabytes * megabyte);
    const { id } = await lab.change(`${base}/${name}/snapshots`);
    const row = (what: string) => `${what} of a world of ${megabytes} MB`;
    table[row('fork')] = await timed(() => lab.change(`${base}/${name}/fork`));
    table[row('restore')] = await timed(() => lab.change(`${base}/${name}/restore`, { snapshot: id }));
    const forked = await lab.change(`${base}/${name}/fork`);
    table[row('reset')] = await timed(() => lab.change(`${base}/${forked.name}/reset`));
  }
  return table;
}

async function measureMany(lab: WorldsOfServer, server: ServerProcess): Promise<Table> {
  const { name } = await lab.make({ name: 'original' });
  const beforeMb = server.residentMb;
  const begunMs = performance.now();
  for (let count = 0; count < manyWorlds; count += 1) await lab.change(`${base}/${name}/fork`);
  const durationMs = performance.now() - begunMs;
  return { [`${manyWorlds} forks`]: { durationMs, residentMb: server.residentMb - beforeMb } };
}

async function timed(work: () => Promise<unknown>): Promise<Row> {
  const times: number[] = [];
  for (let count = 0; count < repetitions; count += 1) {
    const begunMs = performance.now();
    await work();
    times.push(performance.now() - begunMs);
  }
  times.sort((one, other) => one - other);
  return { p50Ms: percentile(times, 0.5), maxMs: times.at(-1) ?? 0 };
}

type Made = { readonly name: string; readonly bytes: number; readonly apiKeys: readonly SigningKey[] };

class WorldsOfServer {
  readonly #server: ServerProcess;
  readonly #client: OperatorClient;

  constructor(server: ServerProcess) {
    this.#server = server;
    this.#client = new OperatorClient(server.operatorPort);
  }

  make(options: object): Promise<Made> {
    return this.change(base, options);
  }

  async change(path: string, body: object = {}, world?: string): Promise<Made & { readonly id: string }> {
    return (await this.#client.change('POST', path, body, world)) as Made & { readonly id: string };
  }

  /** Credits small amounts until the image has at least so many bytes. */
  async fill(world: string, bytes: number): Promise<void> {
    const credit = { asset: 'ETH', amount: '0.01', reason: 'makes the world larger' };
    const path = '/operator/v1/accounts/demo@example.com/credit';
    for (let size = 0; size < bytes; ) {
      for (let count = 0; count < 20; count += 1)
        await Promise.all(Array.from({ length: together }, () => this.change(path, credit, world)));
      const { name } = await this.change(`${base}/${world}/fork`);
      size = JSON.parse(await this.#client.get(`${base}/${name}`)).bytes;
      await this.#client.remove(`${base}/${name}`);
    }
  }

  /** Withdrawals per second of the first account. */
  async rateOf({ apiKeys }: Made, durationMs: number): Promise<number> {
    return (await runAccepted(withdrawals(this.#server, apiKeys.slice(0, 1), { durationMs }))).ratePerSecond;
  }

  close(): void {
    this.#client.close();
  }
}
