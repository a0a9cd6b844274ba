/** The number of imported addresses that are left for customers, for each group of manual networks. */
import type { Catalog } from '../domain/catalog/catalog.ts';
import type { ClaimReads } from '../store/reads/claims.ts';

export type AddressStock = {
  readonly addressGroup: string;
  /** A network of the group. */
  readonly network: string;
  readonly free: number;
  /** Whether fewer are left than the setting addressPoolMinimum. */
  readonly low: boolean;
};

export async function readAddressStock(
  reads: Pick<ClaimReads, 'countFreeAddresses'>,
  catalog: Pick<Catalog, 'networks' | 'connectors' | 'settings'>,
): Promise<readonly AddressStock[]> {
  const groups = Map.groupBy(
    [...catalog.networks.values()].filter(({ network }) => catalog.connectors.get(network) === 'manual'),
    ({ addressGroup }) => addressGroup,
  );
  if (groups.size === 0) return [];
  const counts = await reads.countFreeAddresses();
  return [...groups].sort().map(([addressGroup, [first]]) => {
    const free = counts.get(addressGroup) ?? 0;
    const low = free < catalog.settings.addressPoolMinimum;
    return { addressGroup, network: first?.network ?? addressGroup, free, low };
  });
}
