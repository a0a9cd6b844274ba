import { wapi } from '../dialect.ts';
import { operation } from '../operation.ts';
import { optional, required, Type } from '../schema.ts';

/**
 * spec: GET /wapi/v3/depositAddress.html. The address is created on the first request and stays the same until an
 * operator assigns another; it applies to all assets on the networks that share addresses. `addressTag` is "" if the
 * network has no tags. `status` is accepted and ignored.
 * deviation: depositAddress accepts `network`, to select one of the networks of an asset.
 */
export const depositAddress = operation({
  id: 'depositAddress',
  dialect: wapi,
  method: 'GET',
  paths: ['/wapi/v3/depositAddress.html'],
  summary: 'Fetch deposit address.',
  parameters: {
    asset: required.string({ description: 'Asset code.', maximum: 20 }),
    network: optional.string({ description: "The asset's default network when absent.", maximum: 20 }),
    status: optional.boolean({ description: 'Accepted and ignored.' }),
  },
  reply: Type.Object({
    address: Type.String(),
    success: Type.Literal(true),
    addressTag: Type.String(),
    asset: Type.String(),
  }),
  errors: ['asset-unknown', 'network-unknown', 'deposit-address-unavailable', 'not-done', 'outcome-unknown'],
});
