/** The peak rate: 64 connections, each of which sends its next withdrawal when the previous one is answered. */
import { withdrawals } from '../subject.ts';
import { describeWithdrawals, type Measurement, runAccepted, usualAccounts } from './measurement.ts';

export const closedLoopRow = 'withdrawal with an order id, 64 connections';

export const closedLoop: Measurement = {
  name: 'peak',
  title: 'Peak: closed loop',
  accounts: [usualAccounts],
  run: (subject, { durationMs }) =>
    subject.withServer(usualAccounts, async ({ server, keys }) => {
      const result = await runAccepted(withdrawals(server, keys, { durationMs }));
      return { [closedLoopRow]: await describeWithdrawals(server, result) };
    }),
};
