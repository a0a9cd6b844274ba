// npm runs this after it has installed the packages of a checkout. Plain JavaScript, because it may be any Node.
const major = 26;
// Without it Bursar does not run either, and says so when it is started.
if (Number.parseInt(process.versions.node, 10) >= major) await import('./checkout-program.ts');
