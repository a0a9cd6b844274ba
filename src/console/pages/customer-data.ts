/** The data that the page about a customer reads. */
import type { getAccount } from '../../contract/operator/account-page.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';

export type AccountPage = OperatorReply<typeof getAccount>;
export const accountPath = (email: string): string => `/accounts/${encodeURIComponent(email)}`;
