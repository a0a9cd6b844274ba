/**
 * The server on PostgreSQL, with one process and with two, compared with pgbench doing the reads and writes of one
 * withdrawal per transaction, on the same cluster in the same run.
 *
 * Everything is durable. pgbench has its own database, because the servers' workers would process the withdrawals that
 * it writes.
 */
import { runLoad } from '../load/load.ts';
import { type Measurement, type MeasurementContext, usualAccounts } from '../measurements/measurement.ts';
import type { Subject } from '../subject.ts';
import type { Row, Table } from '../table.ts';
import { orderQuery, withdrawalPath } from '../world.ts';
import { bareRow, measureBare } from './bare.ts';
import { clientCounts, measurePgbench } from './pgbench.ts';
import { accountStatus, loadPlan, measure, measureByTurns, relativeTo } from './yardstick.ts';

const warmupMs = 1000;
const order = { method: 'POST', path: withdrawalPath, query: orderQuery } as const;
export const oneProcessRow = 'durable withdrawal, one process';
export const pgbenchRatioRow = 'one process ÷ best of pgbench';

export const postgresYardsticks: Measurement = {
  name: 'yardsticks',
  title: 'Beside yardsticks, on PostgreSQL',
  accounts: [usualAccounts],
  once: true,
  run: async (subject, context) => {
    const bare = await measureBare(context);
    const pgbench = await subject.withCopy(usualAccounts, ({ databaseUrl }) =>
      measurePgbench(databaseUrl as string, context.durationMs),
    );
    const servers = await measureServers(subject, context);
    const pgbenchRows = clientCounts.map((clients): [string, Row] => [
      `pgbench, ${clients} clients`,
      { perSecond: pgbench[clients] as number },
    ]);
    const best = Math.max(...Object.values(pgbench));
    return {
      ...relativeTo(bare.perSecond as number, {
        [bareRow]: bare,
        ...Object.fromEntries(pgbenchRows),
        ...servers,
      }),
      [pgbenchRatioRow]: { relative: (servers[oneProcessRow]?.perSecond as number) / best },
    };
  },
};

function measureServers(subject: Subject, context: MeasurementContext): Promise<Table> {
  const { durationMs } = context;
  return subject.withServer(usualAccounts, async ({ server, keys, place }) => {
    const ports = [server.port];
    const signedRead = await measure(
      'accountStatus',
      loadPlan(accountStatus, { ports, keys }, durationMs),
      context,
    );
    const second = await subject.start(place);
    try {
      const both = [server.port, second.port];
      await runLoad(loadPlan(order, { ports: both, keys }, warmupMs));
      const [one, two] = await measureByTurns(
        [
          [oneProcessRow, loadPlan(order, { ports, keys }, durationMs)],
          ['two processes', loadPlan(order, { ports: both, keys }, durationMs)],
        ],
        context,
      );
      return {
        'signed read: accountStatus': signedRead,
        [oneProcessRow]: one as Row,
        'durable withdrawal, two processes': two as Row,
      };
    } finally {
      await second.kill();
    }
  });
}
