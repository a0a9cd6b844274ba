import type { IntegrityReport } from './integrity-report.ts';

/** The migration is not possible, or failed. The message says why and what to do; no data was lost. */
export class MigrationFailed extends Error {
  /** The report of the ledger that does not balance. */
  readonly report: IntegrityReport | undefined;

  constructor(message: string, report?: IntegrityReport) {
    super(message);
    this.report = report;
  }
}

/** A sentence with the remedy if a target cannot be used any more. */
export const startOver = 'Empty the target (drop the database and create it again) and migrate again';
