/** Reads all reference data. */
import { type Catalog, catalogOf } from '../../domain/catalog/catalog.ts';
import type { Row, TableName } from '../tables.ts';
import type { SqliteStatements } from './statements.ts';

export function loadCatalog(statements: SqliteStatements): Catalog {
  // cast: every row has no fields to compare.
  const all = <T extends TableName>(table: T) => statements.find<T>({ table, where: {} as Partial<Row<T>> });
  return catalogOf({
    assets: all('assets'),
    networks: all('networks'),
    prices: all('prices'),
    symbols: all('symbols'),
    settings: all('settings'),
  });
}
