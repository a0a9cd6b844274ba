/** The thread of the simulated chains on SQLite: answers the calls that `sqlite-chains.ts` sends, in their order. */
import { parentPort, workerData } from 'node:worker_threads';
import { StoreFault } from '../../store/port.ts';
import { type ChainAnswer, type ChainRequest, type ChainThreadData, callOn } from './chain-calls.ts';
import { SqliteSimulatedChain } from './sqlite-simulated-chain.ts';

const port = parentPort;
if (port === null) throw new Error('chain-thread is started by sqlite-chains');
const post = (answer: ChainAnswer) => port.postMessage(answer);

const { path, copyFromPages }: ChainThreadData = workerData;
const chain = new SqliteSimulatedChain(path, { copyFromPages });

port.on('message', async (request: ChainRequest) => {
  if ('close' in request) {
    chain.close();
    port.close();
    return;
  }
  const { id, method, args } = request;
  try {
    post({ id, value: await callOn(chain, method, args) });
  } catch (error) {
    const fault = error instanceof StoreFault ? error.fault : undefined;
    post({ id, error: error instanceof Error ? error.message : String(error), fault });
  }
});

port.postMessage('ready');
