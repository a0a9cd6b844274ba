import { transferSubToSub } from '../../../../contract/sapi/sub-account/transfer-to-sub.ts';
import { emailInForm } from '../../../family.ts';
import { implement } from '../../../handler.ts';
import { transferOfSub } from './transfer-of-sub.ts';

export const transferSubToSubHandler = implement(transferSubToSub, ({ toEmail, ...order }, caller, parts) =>
  transferOfSub(emailInForm(toEmail), order, caller, parts),
);
