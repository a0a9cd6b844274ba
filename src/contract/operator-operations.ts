/**
 * All operations of the operator API: those that the files in `operator/` export. To add one, declare it in a file there.
 */
import { importFolder } from './import-folder.ts';
import { isOperatorOperation, type OperatorOperation } from './operator-operation.ts';

const folder = new URL('./operator/', import.meta.url);

export const operatorOperations: readonly OperatorOperation[] = await importFolder(
  folder,
  isOperatorOperation,
);
