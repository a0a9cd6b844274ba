/** The handlers of all operations: those that the files in handlers/ export. */
import { importFolder } from '../contract/import-folder.ts';
import { Implementation } from './handler.ts';

const isImplementation = (value: unknown) => value instanceof Implementation;

export const implementations = await importFolder(new URL('./handlers/', import.meta.url), isImplementation);
