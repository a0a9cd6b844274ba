import { operation } from '../operation.ts';
import { optional, required, Type } from '../schema.ts';

/**
 * spec: GET /wapi/v3/depositAddress.html; made on first request, the same until an operator brings another, and for all
 * assets on the networks that share addresses. `addressTag` is "" where the network has none; `status` is accepted and
 * ignored.
 * deviation: depositAddress takes `network`, to choose among the networks of an asset.
 */
export const depositAddress = operation({
  id: 'depositAddress',
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
  errors: ['asset-unknown', 'not-done', 'outcome-unknown'],
});
