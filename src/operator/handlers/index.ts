/** The handlers of all operations, by name. An operation without a handler is named by the compiler. */
import type { OperatorOperations } from '../../contract/operator-operations.ts';
import type { Implementation } from '../handler.ts';
import * as accounts from './accounts.ts';
import * as addressBook from './address-book.ts';
import * as apiKeys from './api-keys.ts';
import * as assets from './assets.ts';
import * as balances from './balances.ts';
import * as chain from './chain.ts';
import * as deposits from './deposits.ts';
import * as dividends from './dividends.ts';
import * as ledger from './ledger.ts';
import * as networks from './networks.ts';
import * as pricesAndSymbols from './prices-and-symbols.ts';
import * as secrets from './secrets.ts';
import * as system from './system.ts';
import * as trading from './trading.ts';
import * as withdrawals from './withdrawals.ts';

export const operatorHandlers: {
  readonly [N in keyof OperatorOperations]: Implementation<OperatorOperations[N]>;
} = {
  ...accounts,
  ...addressBook,
  ...apiKeys,
  ...assets,
  ...balances,
  ...chain,
  ...deposits,
  ...dividends,
  ...ledger,
  ...networks,
  ...pricesAndSymbols,
  ...secrets,
  ...system,
  ...trading,
  ...withdrawals,
};
