/**
 * The tables of the simulated chains in PostgreSQL: in the exchange's database, in a separate schema. If several
 * processes start together, one creates the tables and the others wait for it.
 */
import { createClient, type Database } from '../../store/postgres/client.ts';

const lockNumber = 4_205_114_364;

const schema = `
  CREATE SCHEMA IF NOT EXISTS simulated_chain;
  CREATE TABLE simulated_chain.heights (network text COLLATE "C" PRIMARY KEY, height bigint NOT NULL);
  CREATE TABLE simulated_chain.reorganisations (
    network text COLLATE "C" NOT NULL, number bigint NOT NULL, height bigint NOT NULL, PRIMARY KEY (network, number)
  );
  CREATE TABLE simulated_chain.tags (
    tag_index bigint PRIMARY KEY, address_group text COLLATE "C" NOT NULL, account_id bigint NOT NULL,
    UNIQUE (address_group, account_id)
  );
  CREATE TABLE simulated_chain.transactions (
    network text COLLATE "C" NOT NULL, tx_id text COLLATE "C" NOT NULL, output text COLLATE "C" NOT NULL,
    direction text NOT NULL, content text NOT NULL, height bigint, failure text,
    -- True once it was to be dropped while it was in a block.
    drop_refused boolean,
    PRIMARY KEY (network, tx_id, output)
  );
  -- Only networks that an operator has switched.
  CREATE TABLE simulated_chain.network_switches (
    network text COLLATE "C" PRIMARY KEY, auto bigint NOT NULL CHECK (auto IN (0, 1)),
    node text NOT NULL CHECK (node IN ('up', 'not-done', 'unknown'))
  );
  -- Transactions that no block takes.
  CREATE TABLE simulated_chain.held_transactions (
    network text COLLATE "C" NOT NULL, tx_id text COLLATE "C" NOT NULL, PRIMARY KEY (network, tx_id)
  );
  -- Serves mining and both ways of looking at blocks: what waits has no height.
  CREATE INDEX transactions_by_block ON simulated_chain.transactions (network, height, direction)
    WHERE failure IS NULL;
`;

export async function createChainSchema(database: Database): Promise<void> {
  const client = createClient(database, { max: 1 });
  try {
    await client.begin(async (transaction) => {
      await transaction.unsafe(`SELECT pg_advisory_xact_lock(${lockNumber})`);
      const [found] = await transaction.unsafe("SELECT to_regclass('simulated_chain.heights') AS heights");
      if (found?.heights === null) await transaction.unsafe(schema);
    });
  } finally {
    await client.end({ timeout: 5 });
  }
}
