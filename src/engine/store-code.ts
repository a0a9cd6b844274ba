/** The code of each kind of store, which is loaded only where such a store is used. */

export type StoreKind = 'sqlite' | 'postgres';

export const storeCode = {
  sqlite: () =>
    Promise.all([
      import('../store/sqlite/sqlite-store.ts'),
      import('../store/sqlite/sqlite-reader.ts'),
      import('../store/sqlite/checkpointer.ts'),
    ]),
  postgres: () =>
    Promise.all([
      import('../store/postgres/postgres-store.ts'),
      import('../store/postgres/task-leases.ts'),
      import('../chain/simulated/postgres-simulated-chain.ts'),
      import('../store/migration/migration-mark.ts'),
      import('../store/postgres/failure.ts'),
    ]),
} satisfies Record<StoreKind, () => Promise<unknown>>;
