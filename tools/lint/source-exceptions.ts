/** The exceptions that `tools/lint/source.ts` allows by name, with their reasons. */

/** Files, and folders that end with `/`, that may cast without a comment, because they convert untyped data. */
export const boundaries: Readonly<Record<string, string>> = {
  'src/boundary/': 'the functions by which all other files cast',
  'src/store/sqlite/statements.ts':
    'turns what the driver reads and writes into rows of the tables, and back',
  'src/store/postgres/encoding.ts':
    'turns what the driver reads and writes into rows of the tables, and back',
  'src/store/postgres/batch-rows.ts': 'keeps rows of all tables by their fields, as the driver does',
  'src/store/sqlite/row-cache.ts': 'keeps rows of all tables in one map, whose keys name the table',
  'src/scenario/read-scenario.ts': 'reads what a file contains, which the schema of scenarios has checked',
  'src/scenario/read-timeline.ts': 'reads what a file contains, which the schema of scenarios has checked',
};

/** Files that may be longer. */
export const longFiles: Readonly<Record<string, string>> = {
  'test/store/conformance/plans.test.ts': 'one list of all reads and lookups with the indexes that they use',
  'test/property/model.ts': 'the model of the whole exchange, whose parts share their state',
};
