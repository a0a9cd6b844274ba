/** The text that a cluster prints once it is running: the addresses of its parts and commands to try. */
import { describeStart } from '../../src/demo/banner.ts';
import { demoMaster } from '../../src/demo/demo-accounts.ts';
import type { Cluster } from './cluster.ts';

export function describeCluster(cluster: Cluster): string {
  const { url, servers, operatorToken, operatorTokenFile: tokenFile, databaseUrl, redisUrl } = cluster;
  const [first] = servers as [(typeof servers)[number]];
  const places = [
    `balancer    ${url}  (customers' requests go here)`,
    ...servers.map(
      (each) => `${each.name}    ${each.url}  operator API ${each.operatorUrl}/operator/v1  pid ${each.pid}`,
    ),
    `PostgreSQL  ${databaseUrl}`,
    `Redis       ${redisUrl}`,
    `            the operator's bearer token of both servers is ${operatorToken}`,
  ];
  const watch = `while sleep 0.1; do curl -s -o /dev/null -w '%{http_code} %header{x-served-by}\\n' '${url}/wapi/v3/systemStatus.html'; done`;
  const trials = [
    `Watch which server answers:\n\n${watch}\n`,
    `Meanwhile kill a server; requests continue, and it is restarted after a moment:\n\nkill -9 ${first.pid}\n`,
    `Or stop it gracefully: no request fails:\n\nkill ${first.pid}\n`,
    `Look at the ledger:\n\npsql '${databaseUrl}' -c 'SELECT * FROM transfers ORDER BY seq DESC LIMIT 5'\n`,
  ];
  const banner = describeStart({
    url,
    operatorUrl: first.operatorUrl,
    tokenFile,
    demo: true,
    lab: false,
    simulated: true,
  });
  return ['Two servers over one PostgreSQL and one Redis:', '', ...places, '', ...trials, banner].join('\n');
}

/** The same for scripts, as one line of JSON. */
export function clusterAsJson(cluster: Cluster): string {
  const { operatorTokenFile: _, ...addresses } = cluster;
  const { apiKey, secretKey } = demoMaster;
  return JSON.stringify({ ...addresses, demo: { apiKey, secretKey } });
}
