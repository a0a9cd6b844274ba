/**
 * A reference server: bare Fastify with default settings and one route that answers like `systemStatus`. It runs as a
 * child process; its first line on stdout is `{"port":<number>}`, and it serves until it is killed.
 */
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';

const app = Fastify();
app.get('/wapi/v3/systemStatus.html', async () => ({ status: 0, msg: 'normal' }));
await app.listen({ host: '127.0.0.1', port: 0 });
const { port } = app.server.address() as AddressInfo;
process.stdout.write(`${JSON.stringify({ port })}\n`);
