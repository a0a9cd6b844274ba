/** Texts of the pages about deposits. */
export const depositsText = {
  title: 'Deposits',
  one: 'Deposit',
  empty: 'No deposit matches. Clear the filters, or wait: deposits appear as soon as a block contains them.',
  unattributed: 'Without owner',
  received: 'First seen',
  confirmations: 'Confirmations',
  remainder: 'Below the smallest unit, never credited',
  output: 'Output',
  returnedBy: 'Returned by',
  reorganised: 'Block gone since',
  tag: 'Tag',
  timeline: 'What happened',
  observed: 'First observed on the chain',
  assign: 'Assign',
  assignSentence: (amount: string, email: string) => `${amount} will belong to ${email || '…'}.`,
  giveBack: 'Return',
  returnSentence: (amount: string, address: string) =>
    `${amount}, less the fee, will be sent to ${address || '…'}.`,
  fee: 'Fee',
  feeHint: 'Empty: the withdrawal fee of the network. 0: none.',
  reverse: 'Take back the credit',
  reverseSentence: (amount: string, email: string) =>
    `${amount} will be taken from ${email}: first what is locked, then what is free. The rest is owed.`,
  email: 'E-mail of the customer',
};
