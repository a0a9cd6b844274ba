import { unwrap } from '../../../../command/outcome.ts';
import { isRejection } from '../../../../contract/errors.ts';
import { permitSubAccountKey } from '../../../../contract/sapi/sub-account/key-permissions.ts';
import { emailInForm } from '../../../family.ts';
import { implement } from '../../../handler.ts';
import { readGrants, viewGrants } from './key-grants.ts';

export const permitSubAccountKeyHandler = implement(
  permitSubAccountKey,
  async ({ email, subAccountApiKey: apiKey, ...values }, { account, key, notAfterMs }, { commands }) => {
    const granted = readGrants(values, key);
    if (isRejection(granted)) return granted;
    const order = { masterId: account.id, email: emailInForm(email), apiKey, granted };
    const outcome = unwrap(await commands.submit('permitSubAccountKey', order, notAfterMs));
    if (isRejection(outcome)) return outcome;
    const { name, permissions, updatedAtMs } = outcome.done;
    return { apiName: name, apikey: apiKey, ...viewGrants(permissions), timestamp: updatedAtMs };
  },
);
