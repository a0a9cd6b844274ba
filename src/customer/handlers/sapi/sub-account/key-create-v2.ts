import { createSubAccountKeyV2 } from '../../../../contract/sapi/sub-account/key-create-v2.ts';
import { implement } from '../../../handler.ts';
import { createKey } from './key-creation.ts';

export const createSubAccountKeyV2Handler = implement(createSubAccountKeyV2, createKey);
