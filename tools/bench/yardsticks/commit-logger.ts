import type { DatabaseSync } from 'node:sqlite';

/** Prepares writing the event-log row of a commit, which covers the transfers from `first` to the newest. */
export function commitLogger(database: DatabaseSync): (first: number | bigint, at: number) => void {
  const insert = database.prepare(
    `INSERT INTO event_log (at, transfers, events)
     SELECT ?, json_array(json_array(?, max(seq))), '[]' FROM transfers`,
  );
  return (first, at) => insert.run(at, first);
}
