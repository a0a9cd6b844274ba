/** How a thread of a checkout begins; its first argument is the URL of the file that it runs. */
import './source-modules.ts';

await import(String(process.argv[2]));
