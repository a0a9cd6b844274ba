/**
 * The metrics: for each its name, its meaning, and how to read it from a snapshot. Labels have few possible values and
 * never contain an address, an account or an amount. Metrics whose source did not answer are omitted.
 */
import type { ErrorId } from '../contract/errors.ts';
import type { CommandFigures } from '../meter/command-meter.ts';
import type { Tally } from '../meter/distribution.ts';
import type { OperationFigures, RequestFigures } from '../meter/request-meter.ts';
import { integrityFamilies } from './integrity-families.ts';
import type { Family, Labels, Snapshot } from './metric-family.ts';
import { streamFamilies } from './stream-families.ts';

const requestFamilies: readonly Family[] = [
  {
    name: 'bursar_requests_total',
    help: 'Requests by listener, operation (none: no known operation) and status class.',
    type: 'counter',
    read: (now) =>
      byOperation(now, ({ statuses }) =>
        [...sumByClass(statuses)].map(([status, count]) => [{ status }, count] as const),
      ),
  },
  {
    name: 'bursar_request_duration_seconds',
    help: 'Time from the arrival of a complete request to its reply.',
    type: 'histogram',
    read: (now) => byOperation(now, ({ durations }) => [[{}, inSeconds(durations)] as const]),
  },
  {
    name: 'bursar_refusals_total',
    help: 'Rejected requests by listener and error.',
    type: 'counter',
    read: (now) =>
      listenersOf(now).flatMap(([listener, { errors }]) =>
        [...errors].map(([error, count]: [ErrorId, number]) => [{ listener, error }, count] as const),
      ),
  },
  {
    name: 'bursar_signatures_total',
    help: 'Accepted signatures by the form that the client signed: raw (the bytes as sent), or a form that only lenient verification takes (plus-as-percent-20, decoded, encoded).',
    type: 'counter',
    read: ({ signatures }) => signatures.map(([form, count]) => [{ form }, count] as const),
  },
  {
    name: 'bursar_operator_wrong_tokens_total',
    help: 'Requests to the operator API with a wrong token; requests without a token are not counted.',
    type: 'counter',
    read: ({ wrongTokens }) => [[{}, wrongTokens]],
  },
  {
    name: 'bursar_operator_failed_sign_ins_total',
    help: 'Failed sign-ins and proofs of identity of operators, by kind: password, passkey, link.',
    type: 'counter',
    read: ({ failedSignIns }) => [...failedSignIns].map(([kind, count]) => [{ kind }, count] as const),
  },
  {
    name: 'bursar_withdrawals_denied_total',
    help: 'Requests for withdrawals that the approval policy has denied, by rule.',
    type: 'counter',
    read: ({ denials }) => [...denials].map(([rule, count]) => [{ rule }, count] as const),
  },
  {
    name: 'bursar_limiter_verdicts_total',
    help: 'Requests of customers above a limit of their IP address or account (limited), or from a banned address (banned).',
    type: 'counter',
    read: ({ customers }) => [
      [{ verdict: 'limited' }, countStatus(customers, 429)],
      [{ verdict: 'banned' }, countStatus(customers, 418)],
    ],
  },
];

const engineFamilies: readonly Family[] = [
  {
    name: 'bursar_commands_total',
    help: 'Commands by name and outcome, including those of the workers.',
    type: 'counter',
    read: ({ engine }) =>
      engine?.commands.map(([command, outcome, count]) => [{ command, outcome }, count] as const),
  },
  {
    name: 'bursar_store_errors_total',
    help: 'Commands that failed because of the store: nothing was done (not-done), or the outcome is unknown.',
    type: 'counter',
    read: ({ engine }) =>
      engine && (['not-done', 'unknown'] as const).map((kind) => [{ kind }, countOutcome(engine, kind)]),
  },
  {
    name: 'bursar_batch_commands',
    help: 'Number of commands in a batch.',
    type: 'histogram',
    read: ({ engine }) => engine && [[{}, engine.sizes]],
  },
  {
    name: 'bursar_commit_duration_seconds',
    help: 'Time in which the store executes and commits a batch.',
    type: 'histogram',
    read: ({ engine }) => engine && [[{}, inSeconds(engine.commits)]],
  },
  {
    name: 'bursar_queued_commands',
    help: 'Commands that wait for a batch: foreground (customers and operators) or background (workers).',
    type: 'gauge',
    read: ({ engine }) =>
      engine &&
      (['foreground', 'background'] as const).map((priority) => [{ priority }, engine.queued[priority]]),
  },
  {
    name: 'bursar_waiting_commands',
    help: 'Commands of customers and operators that have no outcome yet.',
    type: 'gauge',
    read: ({ waitingCommands }) => [[{}, waitingCommands]],
  },
  {
    name: 'bursar_worker_faults_total',
    help: 'Failed runs of worker tasks, which are tried again, by task.',
    type: 'counter',
    read: ({ workerFaults }) => [...workerFaults].map(([work, count]) => [{ work }, count] as const),
  },
];

const ledgerFamilies: readonly Family[] = [
  {
    name: 'bursar_withdrawals_under_way',
    help: 'Withdrawals whose amount is held, by stage.',
    type: 'gauge',
    read: ({ backlog }) =>
      backlog && Object.entries(backlog.withdrawals).map(([stage, count]) => [{ stage }, count] as const),
  },
  {
    name: 'bursar_withdrawals_waiting',
    help: 'Withdrawals that wait because they cannot be sent now, by reason: liquidity, network-closed, account-disabled, own-address.',
    type: 'gauge',
    read: ({ backlog }) =>
      backlog && Object.entries(backlog.waitingFor).map(([reason, count]) => [{ reason }, count] as const),
  },
  {
    name: 'bursar_deposits_open',
    help: 'Deposits whose amount is not free yet.',
    type: 'gauge',
    read: ({ backlog }) => backlog && [[{}, backlog.deposits]],
  },
  {
    name: 'bursar_deposits_unattributed',
    help: 'Deposits without an owner, which an operator must assign or return.',
    type: 'gauge',
    read: ({ backlog }) => backlog && [[{}, backlog.unattributedDeposits]],
  },
  {
    name: 'bursar_transfers_unsealed',
    help: 'Transfers that the hash chain does not cover yet; skipped numbers are counted too.',
    type: 'gauge',
    read: ({ backlog }) => backlog && [[{}, backlog.unsealedTransfers]],
  },
  {
    name: 'bursar_chain_height',
    help: 'Number of blocks of each network.',
    type: 'gauge',
    read: ({ heights }) => heights?.map(({ network, height }) => [{ network }, height] as const),
  },
  {
    name: 'bursar_deposit_addresses_free',
    help: 'Imported deposit addresses of manual networks that no customer has, by address group.',
    type: 'gauge',
    read: ({ addresses }) => addresses?.map(({ addressGroup, free }) => [{ addressGroup }, free] as const),
  },
];

const processFamilies: readonly Family[] = [
  {
    name: 'bursar_lab_faults_fired_total',
    help: 'Requests that the rehearsal lab has broken, by preset; none: by a fault without a name.',
    type: 'counter',
    read: ({ labFirings }) =>
      labFirings && [...labFirings].map(([preset, count]) => [{ preset }, count] as const),
  },
  {
    name: 'bursar_redis_degraded',
    help: '1 while limits and bans are not shared because Redis does not answer.',
    type: 'gauge',
    read: ({ redisDegraded }) => [[{}, redisDegraded ? 1 : 0]],
  },
  {
    name: 'bursar_change_feed_age_seconds',
    help: 'Age of the last heartbeat that was received, which shows that changes of other processes arrive (PostgreSQL).',
    type: 'gauge',
    read: ({ feedAgeMs }) => (feedAgeMs === null ? undefined : [[{}, feedAgeMs / 1000]]),
  },
  {
    name: 'bursar_build_info',
    help: 'The version that is running; always 1.',
    type: 'gauge',
    read: ({ version }) => [[{ version }, 1]],
  },
];

export const families: readonly Family[] = [
  ...requestFamilies,
  ...streamFamilies,
  ...engineFamilies,
  ...ledgerFamilies,
  ...integrityFamilies,
  ...processFamilies,
];

function listenersOf({
  customers,
  operators,
  methods,
}: Snapshot): readonly (readonly [string, RequestFigures])[] {
  return [
    ['customers', customers],
    ['operators', operators],
    ['stream', methods],
  ];
}

function byOperation<V>(
  now: Snapshot,
  read: (figures: OperationFigures) => readonly (readonly [Labels, V])[],
): readonly (readonly [Labels, V])[] {
  return listenersOf(now).flatMap(([listener, { operations }]) =>
    operations.flatMap((figures) =>
      read(figures).map(
        ([labels, value]) => [{ listener, operation: figures.operation, ...labels }, value] as const,
      ),
    ),
  );
}

function sumByClass(statuses: ReadonlyMap<number, number>): Map<string, number> {
  const classes = new Map<string, number>();
  for (const [status, count] of statuses) {
    const name = `${Math.floor(status / 100)}xx`;
    classes.set(name, (classes.get(name) ?? 0) + count);
  }
  return classes;
}

function countStatus({ operations }: RequestFigures, status: number): number {
  return operations.reduce((sum, { statuses }) => sum + (statuses.get(status) ?? 0), 0);
}

function countOutcome({ commands }: CommandFigures, wanted: string): number {
  return commands.reduce((sum, [, outcome, count]) => (outcome === wanted ? sum + count : sum), 0);
}

function inSeconds({ bounds, counts, sum }: Tally): Tally {
  return { bounds: bounds.map((ms) => ms / 1000), counts, sum: sum / 1000 };
}
