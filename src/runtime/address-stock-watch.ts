/** Warns in the log while few imported deposit addresses are left. */
import type { Cancel, Clock } from '../clock/clock.ts';
import type { EnginePort } from '../engine/engine-port.ts';
import { AddressStockLog, stockIntervalMs } from '../observability/address-stock-log.ts';
import type { Logger } from '../observability/log.ts';
import { readAddressStock } from '../query/address-stock.ts';

export function watchAddressStock(
  engine: Pick<EnginePort, 'reads' | 'catalog'>,
  { monotonic }: Pick<Clock, 'monotonic'>,
  log: Logger,
): Cancel {
  const stockLog = new AddressStockLog(log);
  const check = () =>
    readAddressStock(engine.reads, engine.catalog()).then(
      (stock) => stockLog.update(stock),
      // A store that does not answer is reported by everything else that asks it.
      () => {},
    );
  void check();
  return monotonic.every(stockIntervalMs, check, { ref: false });
}
