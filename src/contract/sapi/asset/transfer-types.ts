/** The types of a transfer between the wallets of an account: `FROM_TO`, with `MAIN` for the Spot wallet. */
import { isOneOf } from '../../../boundary/one-of.ts';

/** The types whose wallets exist here. */
export const servedTransferTypes = ['MAIN_FUNDING', 'FUNDING_MAIN'] as const;
export type ServedTransferType = (typeof servedTransferTypes)[number];

export const transferTypes = [
  ...servedTransferTypes,
  'MAIN_UMFUTURE',
  'MAIN_CMFUTURE',
  'MAIN_MARGIN',
  'MAIN_OPTION',
  'MAIN_PORTFOLIO_MARGIN',
  'UMFUTURE_MAIN',
  'UMFUTURE_MARGIN',
  'UMFUTURE_FUNDING',
  'UMFUTURE_OPTION',
  'CMFUTURE_MAIN',
  'CMFUTURE_MARGIN',
  'CMFUTURE_FUNDING',
  'MARGIN_MAIN',
  'MARGIN_UMFUTURE',
  'MARGIN_CMFUTURE',
  'MARGIN_FUNDING',
  'MARGIN_OPTION',
  'MARGIN_ISOLATEDMARGIN',
  'ISOLATEDMARGIN_MARGIN',
  'ISOLATEDMARGIN_ISOLATEDMARGIN',
  'FUNDING_UMFUTURE',
  'FUNDING_CMFUTURE',
  'FUNDING_MARGIN',
  'FUNDING_OPTION',
  'OPTION_MAIN',
  'OPTION_UMFUTURE',
  'OPTION_MARGIN',
  'OPTION_FUNDING',
  'PORTFOLIO_MARGIN_MAIN',
] as const;
export type TransferType = (typeof transferTypes)[number];

export function isServed(type: TransferType): type is ServedTransferType {
  return isOneOf(servedTransferTypes, type);
}
