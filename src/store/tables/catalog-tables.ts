/** Reference data of the exchange: assets, networks, prices, trading symbols and settings. */
import type { StoredAsset, TradingSymbol } from '../../domain/catalog/catalog.ts';
import type { ConnectorKind, Network } from '../../domain/catalog/network.ts';
import { integer, json, table, text } from '../columns.ts';

export const catalogTables = {
  assets: table({ asset: text(), definition: json<StoredAsset>() }, ['asset']),
  networks: table({ network: text(), connector: text<ConnectorKind>(), definition: json<Network>() }, [
    'network',
  ]),
  prices: table({ asset: text(), price: text(), updatedAt: integer }, ['asset']),
  symbols: table({ symbol: text(), definition: json<TradingSymbol>() }, ['symbol']),
  settings: table({ name: text(), value: json<unknown>() }, ['name']),
} as const;
