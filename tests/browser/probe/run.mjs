// Runs the browser probe: npm run probe -- --jira http://localhost:8090 --app http://localhost:8080
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';

const USAGE = 'usage: npm run probe -- --jira URL --app URL   (the simulated Jira and the app it is pointed at)';

const address = (text) => new URL(text).href.replace(/\/+$/, '');

function readOptions() {
  try {
    const { values } = parseArgs({ options: { jira: { type: 'string' }, app: { type: 'string' } } });
    return { PROBE_JIRA: address(values.jira), PROBE_APP: address(values.app) };
  } catch (error) {
    console.error(`${error.message}\n${USAGE}`);
    process.exit(2);
  }
}

const playwright = createRequire(import.meta.url).resolve('@playwright/test/cli');
const run = spawnSync(process.execPath, [playwright, 'test', '--config', import.meta.dirname], {
  env: { ...process.env, ...readOptions() },
  stdio: 'inherit',
});
process.exit(run.status ?? 1);
