import { unwrap } from '../../../../command/outcome.ts';
import { isRejection } from '../../../../contract/errors.ts';
import { revokeSubAccountKey } from '../../../../contract/sapi/sub-account/key-revoke.ts';
import { emailInForm } from '../../../family.ts';
import { implement } from '../../../handler.ts';

export const revokeSubAccountKeyHandler = implement(
  revokeSubAccountKey,
  async ({ email, subAccountApiKey: apiKey }, { account, notAfterMs }, { commands }) => {
    const order = { masterId: account.id, email: emailInForm(email), apiKey };
    const outcome = unwrap(await commands.submit('revokeSubAccountKey', order, notAfterMs));
    return isRejection(outcome) ? outcome : {};
  },
);
