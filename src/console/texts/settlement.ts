/** Texts about manual networks: the claims of their withdrawals, and the reports of outcomes. */
export const settlementText = {
  title: 'Settlement',
  lead: 'Withdrawals of manual networks, which people or an external signer send.',
  states: {
    claimable: 'To be claimed',
    held: 'Claimed',
    sent: 'Being confirmed',
    unknown: 'Outcome unknown',
  },
  empty: {
    claimable: 'No withdrawal waits to be claimed. Those that are approved appear here by themselves.',
    held: 'Nobody is sending a withdrawal now.',
    sent: 'No reported transaction waits for confirmations.',
    unknown: 'No lease has expired without a report.',
  },
  oldestOnly: (count: number) => `The oldest ${count} are shown.`,
  owner: 'Claimed by',
  you: 'you',
  lease: 'Lease ends',
  claim: 'Claim',
  minutes: 'Minutes',
  minutesHint: 'How long you have to report something. You can extend it.',
  claimSentence: (net: string, where: string, minutes: string) =>
    `You alone may send ${net} to ${where}. If you report nothing for ${minutes || '…'} minutes, nobody knows whether it was sent, and a person must find out.`,
  report: 'Report transaction',
  txIdHint: 'Sign, report, and then send: what is reported can be looked up if you are interrupted.',
  reportSentence: (net: string, where: string) =>
    `This transaction pays ${net} to ${where}. Send it after this report was accepted, and not otherwise.`,
  replace: 'Report replacement',
  replaceHint: 'Of a transaction that can be confirmed only instead of the latest one.',
  replaceSentence: (net: string, where: string, latest: string) =>
    `This transaction pays ${net} to ${where} in place of ${latest}: only one of them can be confirmed.`,
  extend: 'Extend',
  extendSentence: (minutes: string) => `The lease ends in ${minutes || '…'} minutes, counted from now.`,
  release: 'Release',
  releaseSentence: (net: string) =>
    `You declare that nothing was signed that pays ${net}. It is queued again, and others can claim and send it.`,
  confirmations: 'Report confirmations',
  confirmationsOf: (count: number, needed: number) => `${count} of ${needed}`,
  final: 'The payment is final',
  finalHint: 'Completes it, however many confirmations it has.',
  confirmSentence: (much: string, count: string, needed: number) =>
    `${count || '…'} of ${needed} confirmations of ${much}. It stays broadcast.`,
  completeSentence: (much: string, net: string) =>
    `${much} is completed: ${net} has left custody. This cannot be taken back.`,
  unsent: 'Not sent',
  unsentSentence: (much: string, who: string, transactions: number) =>
    `${transactions === 0 ? 'Nothing was sent and nothing will be' : `None of its ${transactions} transactions can ever be confirmed`}. ${who} gets ${much} back, fee included. What is paid nevertheless is lost.`,
  resolve: 'Resolve',
  outcome: 'What was found out',
  outcomes: {
    sent: 'It was sent',
    'not-sent-queue': 'It was not sent: queue it again',
    'not-sent-fail': 'It was not sent: give it back',
  },
  outcomeHint:
    'First stop whoever claimed it, so that it cannot be sent any more; then look in the wallet and on the chain.',
  transactionHint: 'If it was sent.',
  resolveSentence: (much: string, where: string, outcome: string) =>
    ({
      sent: `${much} to ${where} was sent by this transaction; its confirmations will complete it.`,
      'not-sent-queue': `${much} to ${where} was not sent. It is queued, and somebody can claim and send it again.`,
      'not-sent-fail': `${much} to ${where} was not sent. Its customer gets the whole amount back.`,
    })[outcome] ?? '',
  connector: 'Connector',
  free: 'Free addresses',
  low: 'few left',
  importAddresses: 'Import addresses',
  addresses: 'Addresses',
  importHint: 'One on each line, at most 500. Each is given to one customer.',
  importTagHint: 'One on each line, at most 500, with its tag after a blank. Each is given to one customer.',
  importSentence: (count: number, network: string) =>
    `${count === 1 ? 'One address' : `${count} addresses`} of ${network}. If one of them is wrong or in use, none is imported.`,
  imported: (count: number) => `${count === 1 ? 'One address was' : `${count} addresses were`} imported.`,
  reportDeposit: 'Report deposit',
  outputIndex: 'Output',
  outputHint: 'Its place in the transaction, if that pays several addresses.',
  gone: 'The chain does not know it any more',
  goneHint: 'A credit of it is taken back.',
  depositSentence: (amount: string, where: string, count: string) =>
    `${amount} to ${where}, with ${count || '…'} confirmations. Whose address it is gets it once there are enough.`,
  goneSentence: (amount: string, where: string) =>
    `${amount} to ${where} did not arrive. If it was credited, the credit is taken back.`,
  toSettlement: 'Withdrawals to settle',
};
