/** Which folder may import which: arrows run one way (docs/architecture.md). */
const layers = {
  contract: [],
  domain: ['contract'],
  store: ['contract', 'domain'],
  chain: ['contract', 'domain', 'store'],
  command: ['contract', 'domain', 'store', 'chain'],
  query: ['contract', 'domain', 'store', 'chain'],
  worker: ['contract', 'domain', 'store', 'chain', 'command', 'query'],
  edge: ['contract', 'domain', 'store', 'chain', 'command', 'query'],
  operator: ['contract', 'domain', 'store', 'chain', 'command', 'query', 'edge'],
  sandbox: ['contract', 'domain', 'store', 'chain', 'command', 'query'],
  runtime: [
    'contract',
    'domain',
    'store',
    'chain',
    'command',
    'query',
    'worker',
    'edge',
    'operator',
    'sandbox',
  ],
  cli: ['contract', 'domain', 'store', 'command', 'query', 'runtime', 'sandbox'],
};
const arrow = ([layer, allowed]) => ({
  name: `${layer}-imports-only-what-is-below`,
  severity: 'error',
  from: { path: `^src/${layer}/`, pathNot: '\\.test\\.ts$' },
  to: { path: '^src/', pathNot: `^src/(${[layer, ...allowed].join('|')})/` },
});
/** Each third-party runtime package has one place. */
const home = ([name, place]) => ({
  name: `${name.replace(/\W/g, '')}-has-one-home`,
  severity: 'error',
  from: { path: '^src/', pathNot: place },
  to: { path: `node_modules/${name}(/|$)` },
});
module.exports = {
  forbidden: [
    ...Object.entries(layers).map(arrow),
    ...[
      ['fastify', '^src/edge/http-listener\\.ts$'],
      ['typebox', '^src/contract/schema\\.ts$'],
      ['pino', '^src/runtime/log\\.ts$'],
      ['postgres', '^src/store/postgres/client\\.ts$'],
      ['@redis/client', '^src/edge/limiter-redis-link\\.ts$'],
      ['prom-client', '^src/runtime/metrics\\.ts$'],
      ['@scure/base', '^src/domain/address'],
      ['@noble/hashes', '^src/domain/address'],
      ['re2js', '^src/domain/address/pattern'],
    ].map(home),
    { name: 'no-cycles', severity: 'error', from: { path: '^src/' }, to: { circular: true } },
    {
      name: 'commands-know-ports-only',
      severity: 'error',
      from: { path: '^src/(command|query|edge|operator|worker)/' },
      to: { path: '^src/(store|chain)/[^/]+/' },
    },
    {
      name: 'chain-shares-connections-only',
      severity: 'error',
      from: { path: '^src/chain/' },
      to: {
        path: '^src/store/[^/]+/',
        pathNot: '^src/store/(postgres/(client|connection)|sqlite/(failure|private-file))\\.ts$',
      },
    },
    {
      name: 'domain-is-pure',
      // Hashing is pure, and Node's own is the fastest there is: the chain over the transfers may use it.
      severity: 'error',
      from: { path: '^src/(contract|domain)/', pathNot: '^src/domain/transfer-chain(\\.test)?\\.ts$' },
      to: {
        path: '^(node:)?(fs|http|https|net|timers|worker_threads|sqlite|crypto|child_process)',
        pathNot: 'blocklist',
      },
    },
  ],
  options: { tsPreCompilationDeps: true, doNotFollow: { path: 'node_modules' } },
};
