/** Transfers between the accounts of a family. */
import type { Row } from '../tables.ts';
import type { Page, Range } from './page.ts';

/** By one side, or by the client id, which is unique for each master. */
export type FamilyTransferFilter = Required<Range> &
  (
    | { readonly fromAccountId: number; readonly clientId?: string | undefined }
    | { readonly toAccountId: number; readonly clientId?: string | undefined }
    | { readonly masterId: number; readonly clientId: string }
  ) & { readonly asset?: string | undefined };

export type NamedFamilyTransfer = Row<'sub_account_transfers'> & {
  readonly fromEmail: string;
  readonly toEmail: string;
};

export type FamilyTransferReads = {
  /** From and to an account, oldest first. */
  subAccountTransfers(
    accountId: number,
    range: Required<Range>,
    page: Page,
  ): Promise<readonly NamedFamilyTransfer[]>;
  /** Newest first. */
  familyTransfers(filter: FamilyTransferFilter, page: Page): Promise<readonly NamedFamilyTransfer[]>;
  countFamilyTransfers(filter: FamilyTransferFilter): Promise<number>;
};
