/**
 * The reserved account that owns deposits until somebody knows whose they are. It is created by the first of them.
 *
 * No customer and no operator can name it: what takes the name of an account asks for an e-mail, and its name is none.
 */
export const unattributedAccountId = 0;
export const unattributedAccountName = 'unattributed';
