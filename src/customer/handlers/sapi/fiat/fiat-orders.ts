import { fiatOrders } from '../../../../contract/sapi/fiat/fiat-orders.ts';
import { implement } from '../../../handler.ts';

export const fiatOrdersHandler = implement(fiatOrders, () => ({
  code: '000000',
  message: 'success',
  data: [],
  total: 0,
  success: true,
}));
