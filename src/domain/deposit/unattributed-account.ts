/**
 * The reserved account that owns deposits until their owner is known. It is created with the first such deposit.
 *
 * Neither customers nor operators can name it: accounts are named by e-mail, and its name is not a valid e-mail.
 */
export const unattributedAccountId = 0;
export const unattributedAccountName = 'unattributed';
