/** Named moments at which a connection to PostgreSQL is dropped, identified by the statement that passes. */
import type { Statement } from '../support/postgres-messages.ts';
import type { FaultPoint } from '../support/postgres-proxy.ts';

const commitOf =
  (...written: readonly RegExp[]) =>
  ({ sql, transaction }: Statement): boolean =>
    sql.startsWith('COMMIT') && written.every((pattern) => transaction.some((each) => pattern.test(each)));

const submission = commitOf(/^INSERT INTO withdrawals /);
const claim = commitOf(/^UPDATE withdrawals .*signed_transaction/);
const settlement = commitOf(/^UPDATE withdrawals .*settled_at/, /INSERT INTO transfers /);
const broadcast = ({ sql }: Statement) =>
  sql.startsWith('INSERT INTO simulated_chain.transactions') && sql.includes("'out'");

export const faultPoints = {
  /** The COMMIT of a batch of customers' withdrawals never arrives. */
  'before-commit': { lost: 'before', at: submission },
  /** The batch is committed, but the reply is lost. */
  'after-commit-before-reply': { lost: 'after', at: submission },
  'after-transfer-commit-before-reply': {
    lost: 'after',
    at: commitOf(/^INSERT INTO sub_account_transfers /),
  },
  'after-dust-commit-before-reply': { lost: 'after', at: commitOf(/^INSERT INTO dust_conversions /) },
  'before-claim-commit': { lost: 'before', at: claim },
  /** The withdrawal is claimed, but the worker does not learn of it. */
  'after-claim-commit-before-reply': { lost: 'after', at: claim },
  /** The withdrawal is claimed, but the chain never receives it. */
  'after-claim-before-broadcast': { lost: 'before', at: broadcast },
  /** The chain has the transaction, but the sender does not learn of it. */
  'after-broadcast-before-record': { lost: 'after', at: broadcast },
  'after-block-before-settlement': {
    lost: 'after',
    at: ({ sql }) => sql.includes('INSERT INTO simulated_chain.heights'),
  },
  'before-settlement-commit': { lost: 'before', at: settlement },
  'after-settlement-commit-before-reply': { lost: 'after', at: settlement },
  /** Rows are locked, but nothing is written yet. */
  'after-locks-before-writes': {
    lost: 'before',
    at: ({ sql }) => sql.includes('enter_transfers()'),
  },
  /** The process that holds a task loses the session of its lease. */
  'after-lease-before-work': { lost: 'after', at: ({ sql }) => sql.includes('pg_try_advisory_lock(') },
} as const satisfies Record<string, FaultPoint>;

export type FaultName = keyof typeof faultPoints;
