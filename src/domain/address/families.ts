/** Address families by name. */
import type { AddressFormat } from '../../contract/address-format.ts';
import { bitcoin, bitcoinCash, dogecoin, litecoin } from './bitcoin.ts';
import { cardano } from './cardano.ts';
import { beacon, cosmos } from './cosmos.ts';
import { evm } from './evm.ts';
import type { AddressFamily } from './family.ts';
import { monero } from './monero.ts';
import { opaque } from './opaque.ts';
import { pattern } from './pattern.ts';
import { ripple } from './ripple.ts';
import { solana } from './solana.ts';
import { stellar } from './stellar.ts';
import { substrate } from './substrate.ts';
import { ton } from './ton.ts';
import { tron } from './tron.ts';
import { zcash } from './zcash.ts';

export const families: Readonly<Record<AddressFormat, AddressFamily>> = {
  bitcoin,
  litecoin,
  dogecoin,
  'bitcoin-cash': bitcoinCash,
  zcash,
  evm,
  tron,
  ripple,
  stellar,
  monero,
  cardano,
  solana,
  ton,
  cosmos,
  substrate,
  beacon,
  pattern,
  opaque,
};
