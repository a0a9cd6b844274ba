/** A deposit address as the operations of sapi show it. */
import type { depositAddressFields } from '../contract/sapi/capital/deposit-address-fields.ts';
import type { Static } from '../contract/schema.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import { explorerPage } from '../domain/catalog/explorer.ts';
import type { IssuedAddress } from './deposit-address-of.ts';

export function viewDepositAddress(
  coin: string,
  { address, addressTag: tag, network }: IssuedAddress,
  catalog: Pick<Catalog, 'connectors'>,
): Static<typeof depositAddressFields> {
  return { address, coin, tag, url: explorerPage(network, address, catalog) };
}
