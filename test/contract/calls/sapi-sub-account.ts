/** Calls of the sub-account operations of /sapi. */

import { subAccountAssetsV3 } from '../../../src/contract/sapi/sub-account/assets-v3.ts';
import { subAccountAssetsV4 } from '../../../src/contract/sapi/sub-account/assets-v4.ts';
import { subAccountDepositAddress } from '../../../src/contract/sapi/sub-account/deposit-address.ts';
import { subAccountDepositHisrec } from '../../../src/contract/sapi/sub-account/deposit-history.ts';
import { removeSubAccountKeyAddresses } from '../../../src/contract/sapi/sub-account/key-address-removal.ts';
import { createSubAccountKey } from '../../../src/contract/sapi/sub-account/key-create.ts';
import { createSubAccountKeyV2 } from '../../../src/contract/sapi/sub-account/key-create-v2.ts';
import { subAccountKeyList } from '../../../src/contract/sapi/sub-account/key-list.ts';
import { permitSubAccountKey } from '../../../src/contract/sapi/sub-account/key-permissions.ts';
import { restrictSubAccountKey } from '../../../src/contract/sapi/sub-account/key-restrict.ts';
import { subAccountKeyRestriction } from '../../../src/contract/sapi/sub-account/key-restriction.ts';
import { revokeSubAccountKey } from '../../../src/contract/sapi/sub-account/key-revoke.ts';
import { subAccountSpotSummary } from '../../../src/contract/sapi/sub-account/spot-summary.ts';
import { subAccountStatus } from '../../../src/contract/sapi/sub-account/status.ts';
import { sapiSubAccountTransferHistory } from '../../../src/contract/sapi/sub-account/transfer-history.ts';
import { transferSubToMaster } from '../../../src/contract/sapi/sub-account/transfer-to-master.ts';
import { transferSubToSub } from '../../../src/contract/sapi/sub-account/transfer-to-sub.ts';
import { universalTransfer } from '../../../src/contract/sapi/sub-account/universal-transfer.ts';
import { universalTransferHistory } from '../../../src/contract/sapi/sub-account/universal-transfer-history.ts';
import { createVirtualSubAccount } from '../../../src/contract/sapi/sub-account/virtual-sub-account.ts';
import { maxKeysOfSubAccount, maxSubAccounts } from '../../../src/store/lookups.ts';
import { createKey, done, keyOf } from '../../support/world.ts';
import { withoutAddresses } from '../address-calls.ts';
import { spareKey } from '../contract-world.ts';
import { calls, query } from '../operation-calls.ts';
import type { Provocation } from '../shared-calls.ts';

const stranger = 'stranger%40example.com';
const spot = 'fromAccountType=SPOT&toAccountType=SPOT';
const toSub = `toEmail=sub%40example.com&${spot}`;
const bothSides = 'fromEmail=master%40example.com&toEmail=sub%40example.com';

const unrelated = { 'sub-account-unrelated': query(`email=${stranger}`) };
const rejectedOrders = (to: string) => ({
  'asset-unknown': query(`${to}asset=NOPE&amount=1`),
  'precision-exceeded': query(`${to}asset=ETH&amount=1e-9`),
  'balance-insufficient': query(`${to}asset=ETH&amount=1e9`),
});
const toMaster = 'toEmail=master%40example.com&';
const rejectedSides = {
  'sub-account-unrelated': query(`fromEmail=${stranger}`),
  'parameters-conflicting': query(bothSides, { parameters: ['fromEmail', 'toEmail'] }),
};

const unknownKey = `email=sub%40example.com&subAccountApiKey=${'x'.repeat(64)}`;
const strangersKey = `email=${stranger}&subAccountApiKey=${keyOf('sub').apiKey}`;
const keyOfSub = `email=sub%40example.com&subAccountApiKey=${keyOf('sub').apiKey}`;
const rejectedKey = (more = '') => ({ 'sub-account-unrelated': query(`${strangersKey}${more}`) });

const many = (count: number, make: () => Promise<unknown>) =>
  Promise.all(Array.from({ length: count }, make));

/** It has one already. */
const fullOfSubAccounts: Provocation = {
  before: ({ exchange: { server }, master: { accountId: masterId } }) =>
    many(maxSubAccounts - 1, () =>
      done(server.commands.submit('openVirtualSubAccount', { masterId, name: 'full' })),
    ),
  call: () => ({ query: 'subAccountString=robot' }),
  details: { maximum: maxSubAccounts },
  after: ({ sql }) => sql.run("DELETE FROM accounts WHERE email LIKE 'full%'"),
};

const creation = 'apiName=bot&status=1';
const farFuture = 253_402_300_799_999;
/** Operators may create more. */
const fullOfKeys: Provocation = {
  before: ({ exchange: { server }, sub }) =>
    many(maxKeysOfSubAccount, () => createKey(server, sub.email, { expiresAtMs: farFuture })),
  call: () => ({ query: `email=sub%40example.com&${creation}` }),
  details: { maximum: maxKeysOfSubAccount },
  after: ({ sql }) => sql.run(`DELETE FROM api_keys WHERE expires_at = ${farFuture}`),
};
const rejectedCreation = {
  'api-keys-full': fullOfKeys,
  'sub-account-unrelated': query(`email=${stranger}&${creation}`),
  'operation-unsupported': query('email=sub%40example.com&apiName=bot&status=3'),
};
export const subAccountCalls = [
  calls(createSubAccountKey, `email=sub%40example.com&${creation}`, rejectedCreation),
  calls(createSubAccountKeyV2, `email=sub%40example.com&${creation}`, rejectedCreation),
  calls(revokeSubAccountKey, `email=sub%40example.com&subAccountApiKey=${spareKey}`, rejectedKey()),
  calls(subAccountKeyList, 'email=sub%40example.com', unrelated),
  calls(permitSubAccountKey, `${keyOfSub}&canTrade=true`, {
    ...rejectedKey(),
    'operation-unsupported': query(`${keyOfSub}&canFuturesTrade=true`),
  }),
  calls(subAccountDepositAddress, 'email=sub%40example.com&coin=ETH', {
    'deposit-address-unavailable': withoutAddresses('email=sub%40example.com&coin='),
    'sub-account-unrelated': query(`email=${stranger}&coin=ETH`),
    'asset-unknown': query('email=sub%40example.com&coin=NOPE'),
    'network-unknown': query('email=sub%40example.com&coin=ETH&network=NOPE', {
      network: 'NOPE',
      asset: 'ETH',
    }),
  }),
  calls(subAccountDepositHisrec, 'email=sub%40example.com', unrelated),
  calls(subAccountKeyRestriction, keyOfSub, {
    ...rejectedKey(),
    'parameter-invalid': query(unknownKey, {
      parameter: 'subAccountApiKey',
      reason: 'the sub-account has no such key',
    }),
  }),
  calls(restrictSubAccountKey, `${keyOfSub}&status=2&ipAddress=127.0.0.1,10.0.0.1`, rejectedKey('&status=1')),
  calls(removeSubAccountKeyAddresses, `${keyOfSub}&ipAddress=10.0.0.1`, rejectedKey('&ipAddress=10.0.0.1')),
  calls(createVirtualSubAccount, 'subAccountString=robot', { 'sub-accounts-full': fullOfSubAccounts }),
  calls(subAccountStatus, '', unrelated),
  calls(subAccountSpotSummary, '', unrelated),
  calls(subAccountAssetsV3, 'email=sub%40example.com', unrelated),
  calls(subAccountAssetsV4, 'email=sub%40example.com', unrelated),
  calls(transferSubToMaster, 'asset=ETH&amount=1', rejectedOrders('')),
  calls(transferSubToSub, `${toMaster}asset=ETH&amount=1`, {
    ...rejectedOrders(toMaster),
    'sub-account-unrelated': query(`toEmail=${stranger}&asset=ETH&amount=1`),
  }),
  calls(sapiSubAccountTransferHistory, '', rejectedSides),
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
  calls(universalTransferHistory, '', rejectedSides),
];
