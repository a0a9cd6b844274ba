/** The named moments at which a connection to PostgreSQL is lost, told by the statement that passes. */
import type { Statement } from '../support/postgres-messages.ts';
import type { FaultPoint } from '../support/postgres-proxy.ts';

const commitOf =
  (...written: readonly RegExp[]) =>
  ({ sql, transaction }: Statement): boolean =>
    sql.startsWith('COMMIT') && written.every((pattern) => transaction.some((each) => pattern.test(each)));

const submission = commitOf(/^INSERT INTO withdrawals /);
const claim = commitOf(/^UPDATE withdrawals .*signed_transaction/);
const settlement = commitOf(/^UPDATE withdrawals .*settled_at/, /^INSERT INTO transfers /);
const broadcast = ({ sql }: Statement) =>
  sql.startsWith('INSERT INTO simulated_chain.transactions') && sql.includes("'out'");

export const faultPoints = {
  /** COMMIT of customers' withdrawals never arrives. */
  'before-commit': { lost: 'before', at: submission },
  /** It was done, and nobody is told. */
  'after-commit-before-reply': { lost: 'after', at: submission },
  'after-transfer-commit-before-reply': {
    lost: 'after',
    at: commitOf(/^INSERT INTO sub_account_transfers /),
  },
  'after-dust-commit-before-reply': { lost: 'after', at: commitOf(/^INSERT INTO dust_conversions /) },
  'before-claim-commit': { lost: 'before', at: claim },
  /** Claimed, and who has claimed it does not know. */
  'after-claim-commit-before-reply': { lost: 'after', at: claim },
  /** Claimed, and the chain never hears of it. */
  'after-claim-before-broadcast': { lost: 'before', at: broadcast },
  /** The chain has it, and who has sent it does not know. */
  'after-broadcast-before-record': { lost: 'after', at: broadcast },
  'after-block-before-settlement': {
    lost: 'after',
    at: ({ sql }) => sql.includes('INSERT INTO simulated_chain.heights'),
  },
  'before-settlement-commit': { lost: 'before', at: settlement },
  'after-settlement-commit-before-reply': { lost: 'after', at: settlement },
  /** Rows are locked, nothing is written yet. */
  'after-locks-before-writes': {
    lost: 'before',
    at: ({ sql }) => sql.includes('enter_transfers()'),
  },
  /** Who holds a task loses the session that holds it. */
  'after-lease-before-work': { lost: 'after', at: ({ sql }) => sql.includes('pg_try_advisory_lock(') },
} as const satisfies Record<string, FaultPoint>;

export type FaultName = keyof typeof faultPoints;
