/** What a cluster prints when it is up: where everything is, and what to try. */
import { describeStart } from '../../src/demo/banner.ts';
import { demoMaster } from '../../src/demo/demo-accounts.ts';
import type { Cluster } from './cluster.ts';

export function describeCluster(cluster: Cluster): string {
  const { url, servers, operatorToken, operatorTokenFile: tokenFile, databaseUrl, redisUrl } = cluster;
  const [first] = servers as [(typeof servers)[number]];
  const places = [
    `balancer    ${url}  (customers' requests go here)`,
    ...servers.map(
      (each) =>
        `${each.name}    ${each.url}  operator API ${each.operatorUrl}/operator/v1  process ${each.pid}`,
    ),
    `PostgreSQL  ${databaseUrl}`,
    `Redis       ${redisUrl}`,
    `            the operator's bearer token of both servers is ${operatorToken}`,
  ];
  const watch = `while sleep 0.1; do curl -s -o /dev/null -w '%{http_code} %header{x-served-by}\\n' '${url}/wapi/v3/systemStatus.html'; done`;
  const trials = [
    `Watch who answers:\n\n${watch}\n`,
    `Meanwhile kill a server; requests go on, and it is started again after a moment:\n\nkill -9 ${first.pid}\n`,
    `Or tell it to stop: not a request fails:\n\nkill ${first.pid}\n`,
    `Look into the books:\n\npsql '${databaseUrl}' -c 'SELECT * FROM transfers ORDER BY seq DESC LIMIT 5'\n`,
  ];
  const banner = describeStart({ url, operatorUrl: first.operatorUrl, tokenFile, demo: true });
  return ['Two servers over one PostgreSQL and one Redis:', '', ...places, '', ...trials, banner].join('\n');
}

/** The same for scripts, in one line. */
export function clusterAsJson(cluster: Cluster): string {
  const { operatorTokenFile: _, ...addresses } = cluster;
  const { apiKey, secretKey } = demoMaster;
  return JSON.stringify({ ...addresses, demo: { apiKey, secretKey } });
}
