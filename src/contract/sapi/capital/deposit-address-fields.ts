/** Fields of the operations that return a deposit address. */
import { optional, required, Type } from '../../schema.ts';

export const depositAddressParameters = {
  coin: required.string({ description: 'Asset code.', maximum: 20 }),
  network: optional.string({ description: "The asset's default network when absent.", maximum: 20 }),
  amount: optional.string({ description: 'Accepted and ignored: no network needs it.', maximum: 64 }),
};

export const depositAddressFields = Type.Object({
  address: Type.String(),
  coin: Type.String(),
  tag: Type.String({ description: 'Empty if the network has no tags.' }),
  url: Type.String({
    description: "The address in the network's explorer; empty if a manual network has none.",
  }),
});
