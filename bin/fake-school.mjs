#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../dist/node/fake-school.js', import.meta.url));
if (!existsSync(program)) {
  console.error('Leeslicht is not built yet. Run: npm run build');
  process.exit(1);
}
const { main } = await import(program);
process.exitCode = await main(process.argv.slice(2));
