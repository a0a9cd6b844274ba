import { createSubAccountKey } from '../../../../contract/sapi/sub-account/key-create.ts';
import { implement } from '../../../handler.ts';
import { createKey } from './key-creation.ts';

export const createSubAccountKeyHandler = implement(createSubAccountKey, createKey);
