import type { DatabaseSync } from 'node:sqlite';

/** Prepares the statement that writes the row of a commit in the event log: the transfers from `first` to the last. */
export function commitLogger(database: DatabaseSync): (first: number | bigint, at: number) => void {
  const insert = database.prepare(
    `INSERT INTO event_log (at, transfers, events)
     SELECT ?, json_array(json_array(?, max(seq))), '[]' FROM transfers`,
  );
  return (first, at) => insert.run(at, first);
}
