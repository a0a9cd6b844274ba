/** Calls of the switches and snapshots of an account. */
import { accountSnapshot } from '../../../src/contract/sapi/account/account-snapshot.ts';
import { bnbBurn } from '../../../src/contract/sapi/account/bnb-burn.ts';
import { calls } from '../operation-calls.ts';

export const sapiAccountCalls = [calls(bnbBurn, 'spotBNBBurn=true'), calls(accountSnapshot, 'type=SPOT')];
