/** The statements of the simulated chains on PostgreSQL. */
import {
  droppedFailure,
  droppedFailures,
  dropWhenSent,
  outgoingOutput,
  replacedFailure,
} from './simulated-transaction.ts';

/** For an outgoing transaction that was sent before, `kept`: only a dropped one returns to the chain. */
const sentAgain = `ON CONFLICT (network, tx_id, output) DO UPDATE SET content = excluded.content,
    failure = CASE WHEN kept.failure = '${dropWhenSent}' THEN '${droppedFailure}' ELSE excluded.failure END
  WHERE kept.failure IN ${droppedFailures}`;

export const sql = {
  send: `INSERT INTO simulated_chain.transactions AS kept (network, tx_id, output, direction, content)
    SELECT $1, sent.tx_id, '${outgoingOutput}', 'out', sent.content
    FROM unnest($2::text[], $3::text[]) AS sent (tx_id, content)
    ${sentAgain}`,
  /**
   * If a transaction is new or was dropped, those that it replaces fail unless they are in a block; if one is, it fails
   * itself.
   */
  replace: `WITH replaced AS (
      INSERT INTO simulated_chain.transactions AS old (network, tx_id, output, direction, content, failure)
      SELECT $1, old_id, '${outgoingOutput}', 'out', '', '${replacedFailure}' FROM unnest($4::text[]) AS old_id
      WHERE NOT EXISTS (
        SELECT FROM simulated_chain.transactions WHERE network = $1 AND tx_id = $2 AND output = '${outgoingOutput}'
          AND coalesce(failure, '') NOT IN ${droppedFailures})
      ON CONFLICT (network, tx_id, output) DO UPDATE
        SET failure = CASE WHEN old.failure IN ${droppedFailures} THEN excluded.failure
          WHEN old.height IS NULL THEN coalesce(old.failure, excluded.failure) ELSE old.failure END
      RETURNING failure
    )
    INSERT INTO simulated_chain.transactions AS kept (network, tx_id, output, direction, content, failure)
    SELECT $1, $2, '${outgoingOutput}', 'out', $3,
      CASE WHEN EXISTS (SELECT FROM replaced WHERE failure IS NULL) THEN '${replacedFailure}' END
    ${sentAgain}`,
  receive: `INSERT INTO simulated_chain.transactions AS kept (network, tx_id, output, direction, content)
    SELECT $1, $2, $3, 'in', $4 WHERE NOT EXISTS (
      SELECT FROM simulated_chain.transactions WHERE network = $1 AND tx_id = $2 AND output = '${outgoingOutput}')
    ON CONFLICT (network, tx_id, output) DO UPDATE SET failure = NULL
      WHERE kept.failure = '${droppedFailure}' AND kept.content = excluded.content`,
  find: `SELECT found.tx_id, found.output, found.height, found.failure, heights.height AS top
    FROM unnest($2::text[], $3::text[]) AS wanted (tx_id, output)
    JOIN simulated_chain.transactions AS found
      ON found.network = $1 AND found.tx_id = wanted.tx_id AND found.output = wanted.output
    LEFT JOIN simulated_chain.heights ON heights.network = $1`,
  confirmedBetween: `SELECT tx_id FROM simulated_chain.transactions
    WHERE network = $1 AND height BETWEEN $2 AND $3 AND direction = 'out' AND failure IS NULL`,
  incomingFrom: `SELECT tx_id, content FROM simulated_chain.transactions
      WHERE network = $1 AND height IS NULL AND direction = 'in' AND failure IS NULL
    UNION ALL
    SELECT tx_id, content FROM simulated_chain.transactions
      WHERE network = $1 AND height >= $2 AND direction = 'in' AND failure IS NULL`,
  position: `SELECT heights.height AS top, reorganised.number, reorganised.height
    FROM simulated_chain.heights LEFT JOIN simulated_chain.reorganisations AS reorganised USING (network)
    WHERE network = $1`,
  // Several rows for a network that was reorganised several times.
  quietSince: `SELECT wanted.network, coalesce(heights.height, 0) AS top, reorganised.number, reorganised.height
    FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS wanted (network, incoming_from, outgoing_from)
    LEFT JOIN simulated_chain.heights USING (network)
    LEFT JOIN simulated_chain.reorganisations AS reorganised USING (network)
    WHERE NOT EXISTS (
      SELECT FROM simulated_chain.transactions AS waiting
      WHERE waiting.network = wanted.network AND height IS NULL AND direction = 'in' AND failure IS NULL
    ) AND NOT EXISTS (
      SELECT FROM simulated_chain.transactions AS mined
      WHERE mined.network = wanted.network AND height >= incoming_from AND direction = 'in' AND failure IS NULL
    ) AND NOT EXISTS (
      SELECT FROM simulated_chain.transactions AS mined
      WHERE mined.network = wanted.network AND height >= outgoing_from AND direction = 'out' AND failure IS NULL
    )`,
  lockHeight: 'SELECT height FROM simulated_chain.heights WHERE network = $1 FOR UPDATE',
  // In a statement after the lock, so that it sees the blocks of every miner before it.
  reorganise: `WITH kept AS (
      UPDATE simulated_chain.heights SET height = height - $2 WHERE network = $1 AND height >= $2 RETURNING height
    ), dropped AS (
      UPDATE simulated_chain.transactions AS mined SET height = NULL, failure = '${droppedFailure}' FROM kept
      WHERE mined.network = $1 AND mined.height > kept.height AND mined.direction = ANY($3::text[]) AND failure IS NULL
    ), undone AS (
      UPDATE simulated_chain.transactions AS mined SET height = NULL FROM kept
      WHERE mined.network = $1 AND mined.height > kept.height AND failure IS NULL
        AND mined.direction <> ALL($3::text[])
    ), noted AS (
      INSERT INTO simulated_chain.reorganisations (network, number, height)
      SELECT $1, (SELECT count(*) + 1 FROM simulated_chain.reorganisations WHERE network = $1), kept.height FROM kept
    )
    SELECT height FROM kept`,
  height: 'SELECT height FROM simulated_chain.heights WHERE network = $1',
  heights: 'SELECT network, height FROM simulated_chain.heights ORDER BY network',
  received: `SELECT tx_id, content FROM simulated_chain.transactions
    WHERE network = $1 AND tx_id = $2 AND output = $3`,
  // Updating the heights serialises miners, which take them in one order so that none waits for another one that waits
  // for it; transactions that another miner has taken meanwhile are not taken again.
  mine: `WITH block AS (
      INSERT INTO simulated_chain.heights AS last (network, height)
      SELECT network, count FROM unnest($1::text[], $2::bigint[]) AS given (network, count) ORDER BY network
      ON CONFLICT (network) DO UPDATE SET height = last.height + excluded.height
      RETURNING network, height
    ), mined AS (
      UPDATE simulated_chain.transactions AS pending SET height = block.height - given.count + 1
      FROM block JOIN unnest($1::text[], $2::bigint[]) AS given (network, count) USING (network)
      WHERE pending.network = block.network AND pending.height IS NULL AND pending.failure IS NULL
        AND NOT EXISTS (
          SELECT FROM simulated_chain.held_transactions AS held
          WHERE held.network = pending.network AND held.tx_id = pending.tx_id)
    )
    SELECT network, height FROM block`,
  allSwitches: 'SELECT network, auto, node FROM simulated_chain.network_switches',
  // In one statement, which decides by the latest version of the row: of two concurrent requests,
  // or of a request and a block, the later one sees the result of the earlier one.
  fail: `UPDATE simulated_chain.transactions
    SET failure = CASE WHEN height IS NOT NULL OR drop_refused IS NOT NULL THEN failure
        WHEN failure IS NULL OR failure IN ${droppedFailures} THEN $3 ELSE failure END,
      drop_refused = CASE WHEN height IS NULL THEN drop_refused ELSE true END
    WHERE network = $1 AND tx_id = $2 RETURNING failure`,
  drop: `UPDATE simulated_chain.transactions SET failure = '${droppedFailure}'
    WHERE network = $1 AND tx_id = $2 AND height IS NULL AND failure IS NULL`,
  dropWhenSent: `INSERT INTO simulated_chain.transactions (network, tx_id, output, direction, content, failure)
    SELECT $1, $2, '${outgoingOutput}', 'out', '', '${dropWhenSent}'
    WHERE NOT EXISTS (SELECT FROM simulated_chain.transactions WHERE network = $1 AND tx_id = $2)
    ON CONFLICT DO NOTHING`,
  failures: 'SELECT failure FROM simulated_chain.transactions WHERE network = $1 AND tx_id = $2',
  waiting: `SELECT tx_id, output, direction, content, EXISTS (
      SELECT FROM simulated_chain.held_transactions AS held
      WHERE held.network = $1 AND held.tx_id = waiting.tx_id) AS held
    FROM simulated_chain.transactions AS waiting
    WHERE network = $1 AND height IS NULL AND failure IS NULL ORDER BY tx_id, output LIMIT 1000`,
  switches: 'SELECT auto, node FROM simulated_chain.network_switches WHERE network = $1',
  setSwitches: `INSERT INTO simulated_chain.network_switches AS kept (network, auto, node)
    VALUES ($1, coalesce($2::bigint, 1), coalesce($3::text, 'up'))
    ON CONFLICT (network) DO UPDATE SET auto = coalesce($2::bigint, kept.auto), node = coalesce($3::text, kept.node)`,
  hold: 'INSERT INTO simulated_chain.held_transactions (network, tx_id) VALUES ($1, $2) ON CONFLICT DO NOTHING',
  release: 'DELETE FROM simulated_chain.held_transactions WHERE network = $1 AND tx_id = $2',
  insertTag: `INSERT INTO simulated_chain.tags (tag_index, address_group, account_id)
    SELECT coalesce(max(tag_index), 0) + 1, $1, $2 FROM simulated_chain.tags
    ON CONFLICT DO NOTHING`,
  tag: 'SELECT tag_index FROM simulated_chain.tags WHERE address_group = $1 AND account_id = $2',
} as const;
