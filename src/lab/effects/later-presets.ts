/** The presets with later effects: the reply is right, and something else goes wrong. */
import { definePresets } from '../preset.ts';

const normal = { kind: 'normal' } as const;

const ofWithdrawals = definePresets([
  {
    name: 'history-lag',
    appliesTo: 'withdrawals',
    position: 'after',
    ending: normal,
    effects: [{ kind: 'history-lag', seconds: 10 }],
    consequence:
      'The withdrawal is submitted, but no history shows it for ten seconds. A client that looks once, finds nothing and pays again under a new order id pays twice.',
    source:
      'ccxt/ccxt #1786 and freqtrade #4462: an order that was accepted is not found by the look-up that follows it.',
  },
  {
    name: 'commit-then-504-history-lag',
    appliesTo: 'withdrawals',
    position: 'after',
    ending: { kind: 'status', status: 504, body: 'html' },
    effects: [{ kind: 'history-lag', seconds: 10 }],
    consequence:
      'The reply is lost, and for ten seconds history says that there is no such withdrawal. Only a repeat with the same order id is safe.',
    source:
      'ccxt/ccxt #1786 together with sonvister/Binance #77: the reply is lost and the look-up does not find the order yet.',
  },
  {
    name: 'status-late',
    appliesTo: 'withdrawals',
    position: 'after',
    ending: normal,
    effects: [{ kind: 'status-late', seconds: 10 }],
    consequence:
      'Histories show the withdrawal as being processed until ten seconds after it has been completed or has failed. A client that gives up waiting pays again.',
    source: 'ccxt/ccxt #1786 and freqtrade #4462: look-ups that lag behind what the exchange has done.',
  },
  {
    name: 'stuck',
    appliesTo: 'withdrawals',
    position: 'after',
    ending: normal,
    effects: [{ kind: 'stuck', seconds: null }],
    consequence:
      'No block takes the transaction, so the withdrawal stays in processing. A client that pays again after a timeout pays twice, because the first one is confirmed later.',
    source:
      'Chains with a fee market: a transaction with too low a fee waits for hours or days, and is confirmed after all.',
  },
  {
    name: 'dropped-transaction',
    appliesTo: 'withdrawals',
    position: 'after',
    ending: normal,
    effects: [{ kind: 'dropped-transaction' }],
    consequence:
      'The chain forgets the transaction, as if it had been evicted from the memory pool, until the exchange finds it missing and sends the same bytes again. A client that takes an unknown transaction for a failed one pays twice.',
    source:
      'Nodes evict transactions from a full memory pool; wallets send them again, and both explorers and users take them for lost.',
  },
  {
    name: 'chain-failure',
    appliesTo: 'withdrawals',
    position: 'after',
    ending: normal,
    effects: [{ kind: 'chain-failure' }],
    consequence:
      'The withdrawal was accepted, but its transaction fails: its status becomes 5 and the money is in the balance again. A client that takes acceptance for payment has not paid.',
    source:
      'The status 5 (failure) of the withdrawal history, which the documentation of the exchange lists: an accepted withdrawal may still fail.',
  },
]);

const ofDeposits = definePresets([
  {
    name: 'deposit-history-lag',
    appliesTo: 'deposit-histories',
    position: 'before',
    ending: normal,
    effects: [{ kind: 'deposit-history-lag', seconds: 10 }],
    consequence:
      'The newest deposit of the account disappears from this reply and from every history for ten seconds. A client that moves its cursor past it never sees it.',
    source: 'ccxt/ccxt #1786: a row that exists is missing from the list for a while.',
  },
  {
    name: 'duplicate-deposit',
    appliesTo: 'deposit-histories',
    position: 'after',
    ending: normal,
    effects: [{ kind: 'duplicate-deposit' }],
    consequence:
      'After this reply the chain reports the output of the newest deposit again, which is credited only once, and a second transaction pays the same amount to the same address, which is a deposit of its own. A client that compares amounts and addresses instead of transaction ids loses one of them, or credits one twice.',
    source:
      'Payment gateways that match deposits by amount and address: two equal payments of one customer become one, or one becomes two.',
  },
]);

const reorganisations = definePresets([
  {
    name: 'reorg',
    appliesTo: 'histories',
    position: 'after',
    ending: normal,
    effects: [{ kind: 'reorg' }],
    consequence:
      'After this reply, the block of the newest deposit or withdrawal of the account and all blocks after it are replaced by one block with the same transactions. Confirmations start again. A client that takes a number of confirmations for final is wrong.',
    source:
      'Reorganisations of one or two blocks happen on every chain with proof of work; Ethereum Classic and Bitcoin Gold had some of dozens and hundreds.',
  },
  {
    name: 'reorg-after-credit',
    appliesTo: 'deposit-histories',
    position: 'after',
    ending: normal,
    effects: [{ kind: 'reorg-after-credit' }],
    consequence:
      'After this reply, the block of the newest credited deposit of the account and all blocks after it are gone, and the deposit with them. A client that has delivered against the credit is not paid.',
    source:
      'Double spending against exchanges by reorganisation: Bitcoin Gold in May 2018, Ethereum Classic in January 2019 and August 2020.',
  },
]);

export const laterPresets = [...ofWithdrawals, ...ofDeposits, ...reorganisations];
