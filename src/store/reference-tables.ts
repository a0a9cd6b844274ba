/**
 * Small tables that are read completely and form the catalog. Assets come before networks: one statement reads each
 * table, so a network that was committed together with an asset is found too.
 */
export const referenceTables = ['assets', 'networks', 'prices', 'symbols', 'settings'] as const;
export type ReferenceTable = (typeof referenceTables)[number];
