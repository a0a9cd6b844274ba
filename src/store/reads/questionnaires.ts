/** The questionnaires of withdrawals. */
import type { Row } from '../tables.ts';
import type { Page, Range } from './page.ts';

export type QuestionnaireFilter = Range & {
  readonly asset?: string | undefined;
  readonly network?: string | undefined;
  readonly orderId?: string | undefined;
  /** At least one. */
  readonly trIds?: readonly number[] | undefined;
  /** At least one. */
  readonly txIds?: readonly string[] | undefined;
};

/** A withdrawal and its questionnaire. */
export type AnsweredWithdrawal = {
  readonly withdrawal: Row<'withdrawals'>;
  readonly answered: Row<'withdrawal_questionnaires'>;
};

export type QuestionnaireReads = {
  /** Newest first. */
  questionnaires(
    accountId: number,
    filter: QuestionnaireFilter,
    page: Page,
  ): Promise<readonly AnsweredWithdrawal[]>;
};
