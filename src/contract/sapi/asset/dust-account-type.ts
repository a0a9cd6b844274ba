import { optional } from '../../schema.ts';

export const accountType = {
  accountType: optional.string<'SPOT' | 'MARGIN'>({
    description: 'There is no margin account here, so MARGIN has no rows. SPOT when absent.',
    allowed: ['SPOT', 'MARGIN'],
  }),
};
