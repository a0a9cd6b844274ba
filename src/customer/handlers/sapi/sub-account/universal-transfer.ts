import { unwrap } from '../../../../command/outcome.ts';
import { isRejection, reject } from '../../../../contract/errors.ts';
import { universalTransfer } from '../../../../contract/sapi/sub-account/universal-transfer.ts';
import { optionalEmail } from '../../../family.ts';
import { implement } from '../../../handler.ts';

export const universalTransferHandler = implement(
  universalTransfer,
  async (values, { account, notAfterMs }, { commands }) => {
    const { clientTranId, fromAccountType, toAccountType, asset, amount } = values;
    if (fromAccountType !== 'SPOT' || toAccountType !== 'SPOT') return reject('operation-unsupported');
    const fromEmail = optionalEmail(values.fromEmail);
    const toEmail = optionalEmail(values.toEmail);
    if (fromEmail === undefined && toEmail === undefined)
      return reject('parameter-missing', { parameter: 'toEmail' });
    const order = { masterId: account.id, fromEmail, toEmail, asset, amount };
    const outcome = unwrap(
      clientTranId === undefined
        ? await commands.submit('transferBetweenAccounts', order, notAfterMs)
        : await commands.submit('transferOnce', { ...order, clientId: clientTranId }, notAfterMs),
    );
    if (isRejection(outcome)) return outcome;
    return { tranId: outcome.done.tranId, ...(clientTranId !== undefined && { clientTranId }) };
  },
);
