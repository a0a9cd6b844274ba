/**
 * All operations of the customer API: those that the files in the folders of its dialects export. To add one, declare
 * it in a file there.
 */
import { foldersIn, importFolder } from './import-folder.ts';
import { isOperation, type Operation } from './operation.ts';

const contract = new URL('./', import.meta.url);
/** The folders of contract/ that are not dialects of the customer API. */
const otherFolders: ReadonlySet<string> = new Set(['openapi', 'operator', 'stream']);
const dialects = foldersIn(contract).filter((name) => !otherFolders.has(name));
const operationsOf = (dialect: string) => importFolder(new URL(`${dialect}/`, contract), isOperation);

/** By dialect, and within a dialect by file. */
export const customerOperations: readonly Operation[] = (
  await Promise.all(dialects.map(operationsOf))
).flat();
