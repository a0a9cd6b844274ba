/** Passkeys, by the browser's own conversion from and to JSON. */
import { request } from './api.ts';

type Options = { readonly options: Record<string, unknown> };

/** Browsers allow passkeys only on hosts with a name. */
export const hasPasskeys = (): boolean =>
  typeof PublicKeyCredential === 'function' && !/^[\d.]+$|:/.test(location.hostname);

/** @returns the answer of a passkey to a challenge of the server. @throws DOMException if the person declines. */
export async function askPasskey(optionsPath: string): Promise<unknown> {
  const { options } = await request<Options>('POST', optionsPath, {});
  // cast: the server makes them for this method.
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options as never);
  return jsonOf(await navigator.credentials.get({ publicKey }));
}

/** Makes a passkey. @throws DOMException if the person declines. */
export async function makePasskey(optionsPath: string): Promise<unknown> {
  const { options } = await request<Options>('POST', optionsPath, {});
  // cast: the server makes them for this method.
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options as never);
  return jsonOf(await navigator.credentials.create({ publicKey }));
}

// cast: a public key was asked for.
const jsonOf = (credential: Credential | null): unknown => (credential as PublicKeyCredential).toJSON();
