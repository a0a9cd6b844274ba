/** The operations on the addresses of a key: the key that they name, and their reply with its addresses. */
import { emailInForm } from '../../../family.ts';

type NamedKey = { readonly email: string; readonly subAccountApiKey: string };

export function orderOf({ email, subAccountApiKey }: NamedKey, masterId: number) {
  return { masterId, email: emailInForm(email), apiKey: subAccountApiKey };
}

export function viewRestriction(apiKey: string, ipList: readonly string[], updateTime: number) {
  return { ipList: [...ipList], updateTime, apiKey };
}
