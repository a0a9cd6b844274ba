/** Calls of the sub-account operations of /sapi. */
import { universalTransfer } from '../../../src/contract/sapi/sub-account/universal-transfer.ts';
import { universalTransferHistory } from '../../../src/contract/sapi/sub-account/universal-transfer-history.ts';
import { calls, query } from '../operation-calls.ts';

const stranger = 'stranger%40example.com';
const spot = 'fromAccountType=SPOT&toAccountType=SPOT';
const toSub = `toEmail=sub%40example.com&${spot}`;
const bothSides = 'fromEmail=master%40example.com&toEmail=sub%40example.com';

export const subAccountCalls = [
  calls(universalTransfer, `${toSub}&asset=ETH&amount=1`, {
    'sub-account-unrelated': query(`toEmail=${stranger}&${spot}&asset=ETH&amount=1`),
    'operation-unsupported': query(
      'toEmail=sub%40example.com&fromAccountType=SPOT&toAccountType=MARGIN&asset=ETH&amount=1',
    ),
    'asset-unknown': query(`${toSub}&asset=NOPE&amount=1`),
    'precision-exceeded': query(`${toSub}&asset=ETH&amount=1e-9`),
    'client-id-reused': {
      before: (world) =>
        world.call({
          operation: universalTransfer,
          query: `${toSub}&asset=ETH&amount=1&clientTranId=one`,
        }),
      call: () => ({ query: `${toSub}&asset=ETH&amount=2&clientTranId=one` }),
    },
    'balance-insufficient': query(`${toSub}&asset=ETH&amount=1e9`),
  }),
  calls(universalTransferHistory, '', {
    'sub-account-unrelated': query(`fromEmail=${stranger}`),
    'parameters-conflicting': query(bothSides, { parameters: ['fromEmail', 'toEmail'] }),
  }),
];
