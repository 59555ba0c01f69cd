/**
 * The real `tally` and the simulated Jira as processes of their own, on free ports, with a data
 * directory that goes with them.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../../..');
const BINARIES = {
  tally: process.env['TALLY_BIN'] ?? join(ROOT, 'target/debug/tally'),
  'jira-host': process.env['JIRA_HOST_BIN'] ?? join(ROOT, 'target/debug/jira-host'),
};

/** How long a process may take until it answers, in milliseconds. */
const START_TIMEOUT = 30_000;

export interface Running {
  /** The simulated Jira's control address. */
  jira: string;
  /** Tally's address. */
  app: string;
  /** Tally's address for its operator. */
  ops: string;
  stop: () => Promise<void>;
}

/** Starts both. Their logs are shown when one of them does not start. */
export async function start(): Promise<Running> {
  const data = mkdtempSync(join(tmpdir(), 'tally-browser-'));
  const app = `http://localhost:${await freePort()}`;
  const ops = `http://localhost:${await freePort()}`;
  const host = launch('jira-host', ['serve', '--listen', '127.0.0.1:0', '--app', app, '--sites', 'first'], {});
  const jira = await announced(host, /listening on (http:\/\/localhost:\d+)/);
  const tally = launch('tally', ['serve'], {
    TALLY_PROFILE: 'development',
    TALLY_LISTEN: hostAndPort(app),
    TALLY_BASE_URL: app,
    TALLY_DATA_DIR: data,
    TALLY_OPS_LISTEN: hostAndPort(ops),
    TALLY_INSTALL_KEYS_URL: `${jira}/install-keys`,
    TALLY_HOST_SCRIPT_URL: `${jira}/atlassian-connect/all.js`,
  });
  await announced(tally, /listens on/);
  const stop = async () => {
    await Promise.all([ended(tally), ended(host)]);
    rmSync(data, { recursive: true, force: true });
  };
  return { jira, app, ops, stop };
}

function hostAndPort(address: string): string {
  return address.replace('http://localhost', '127.0.0.1');
}

interface Launched {
  process: ChildProcess;
  output: () => string;
}

function launch(name: keyof typeof BINARIES, args: string[], variables: Record<string, string>): Launched {
  const inherited = Object.entries(process.env).filter(([key]) => !key.startsWith('TALLY_'));
  const child = spawn(BINARIES[name], args, {
    env: { ...Object.fromEntries(inherited), ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const keep = (chunk: Buffer) => {
    text = (text + chunk.toString()).slice(-200_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return { process: child, output: () => text };
}

async function announced({ process: child, output }: Launched, line: RegExp): Promise<string> {
  const until = Date.now() + START_TIMEOUT;
  while (Date.now() < until) {
    const found = line.exec(output());
    if (found) return found[1] ?? '';
    if (child.exitCode !== null) break;
    await new Promise((wake) => setTimeout(wake, 50));
  }
  child.kill('SIGKILL');
  throw new Error(`a process did not start:\n${output()}`);
}

async function ended({ process: child }: Launched): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = new Promise((done) => child.once('exit', done));
  child.kill('SIGTERM');
  const hard = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await gone;
  clearTimeout(hard);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (typeof address !== 'object' || address === null) throw new Error('no free port');
  return address.port;
}
