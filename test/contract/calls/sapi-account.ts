/** Calls of the switches of an account. */
import { bnbBurn } from '../../../src/contract/sapi/account/bnb-burn.ts';
import { calls } from '../operation-calls.ts';

export const sapiAccountCalls = [calls(bnbBurn, 'spotBNBBurn=true')];
