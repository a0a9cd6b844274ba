/** Entry of the threads of a checkout. The first argument is the URL of the file that the thread runs. */
import './source-modules.ts';

await import(String(process.argv[2]));
