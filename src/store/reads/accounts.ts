/** Accounts, and the sub-accounts of a master. */
import type { Row } from '../tables.ts';
import type { KeyedPage, Page } from './page.ts';

export type SubAccountFilter = {
  readonly email?: string | undefined;
  readonly enabled?: boolean | undefined;
};

export type AccountReads = {
  /** All accounts except the reserved one, oldest first. */
  accounts(page: KeyedPage): Promise<readonly Row<'accounts'>[]>;
  /** Accounts by id. Those that do not exist are missing. */
  accountsOf(accountIds: readonly number[]): Promise<ReadonlyMap<number, Row<'accounts'>>>;
  /** API keys in the order of their names, beginning after one. */
  apiKeysAfter(apiKey: string, limit: number): Promise<readonly Row<'api_keys'>[]>;
  /** E-mails by account id. Accounts that do not exist are missing. */
  emailsOf(accountIds: readonly number[]): Promise<ReadonlyMap<number, string>>;
  subAccounts(masterId: number, filter: SubAccountFilter, page: Page): Promise<readonly Row<'accounts'>[]>;
  /** The number of the sub-accounts that `subAccounts` pages through. */
  countSubAccounts(masterId: number, filter: SubAccountFilter): Promise<number>;
};
