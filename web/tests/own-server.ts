import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** A small city is made in a few seconds; the machine may have other things to do. */
const START_MS = 120_000;
const STOP_MS = 30_000;
const POLL_MS = 100;

export interface OwnServerOptions {
  /** Further arguments of `gridhall demo`; the city is of 2,400 people and stands still unless they say otherwise. */
  args?: readonly string[];
  /** The data folder; without one, a folder that goes with the server. */
  dataDir?: string;
  /** The port; without one, any that is free. It stays the same over a restart. */
  port?: number;
  /** Further variables of the environment. */
  env?: Readonly<Record<string, string>>;
}

export interface OwnServer {
  /** Where it listens, without a slash at the end. */
  readonly url: string;
  /** A token for the whole city with every permission. */
  readonly token: string;
  readonly dataDir: string;
  /** Stops it as an administrator would; the folder goes too, unless it was given. */
  stop(): Promise<void>;
  /** Stops it as an administrator would, and leaves its data. */
  halt(): Promise<void>;
  /** Takes it away without a word, as a power cut does; its PostgreSQL goes on. */
  kill(): Promise<void>;
  /** Starts it again on the same port and data; the token stays good. */
  start(): Promise<void>;
  /** Both in turn. */
  restart(): Promise<void>;
}

/** A gridhall of a test's own: the program that GRIDHALL_PROGRAM names, with a city and a database of its own. */
export async function ownServer({ args = [], dataDir, port, env = {} }: OwnServerOptions = {}): Promise<OwnServer> {
  const program = process.env['GRIDHALL_PROGRAM'];
  if (!program) throw new Error('GRIDHALL_PROGRAM names the program to start; scripts/test sets it');
  const data = dataDir ?? (await mkdtemp(join(tmpdir(), 'gridhall-own-')));
  // The private PostgreSQL runs as another account where this is root, and has to reach it.
  if (dataDir === undefined) await chmod(data, 0o755);
  const listen = `127.0.0.1:${port ?? (await freePort())}`;
  const url = `${args.includes('--tls-cert') ? 'https' : 'http'}://${listen}`;
  const usual = [
    ['--scale', '0.002'],
    ['--pace', '0'],
  ]
    .filter(([name = '']) => !args.includes(name))
    .flat();
  // What the tests' own surroundings say of another server isn't meant for this one.
  const {
    DATABASE_URL: _database,
    GRIDHALL_DATA: _data,
    GRIDHALL_LISTEN: _listen,
    GRIDHALL_PUBLIC_URL: _public,
    GRIDHALL_BASEMAPS: _maps,
    GRIDHALL_TLS_CERT: _cert,
    GRIDHALL_TLS_KEY: _key,
    GRIDHALL_CERTIFICATE_LISTEN: _asking,
    GRIDHALL_TRUST_PROXY: _proxies,
    ...around
  } = process.env;
  const surroundings = { ...around, ...env };

  let child: ChildProcess | null = null;
  let said = '';
  const start = async () => {
    said = '';
    const started = spawn(program, ['demo', '--data', data, '--listen', listen, ...usual, ...args], {
      env: surroundings,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    started.on('error', (error) => (said += String(error)));
    for (const stream of [started.stdout, started.stderr])
      stream.on('data', (text: Buffer) => (said += text.toString()));
    const until = Date.now() + START_MS;
    while (!(await answers(`${url}/readyz`))) {
      if (ended(started) || started.pid === undefined) throw new Error(`${program} ended at its start:\n${said}`);
      if (Date.now() > until) {
        await end(started);
        throw new Error(`${program} isn't ready after ${START_MS / 1000} s:\n${said}`);
      }
      await pause(POLL_MS);
    }
  };
  const halt = async () => {
    const running = child;
    child = null;
    if (running) await end(running);
  };
  const kill = async () => {
    const running = child;
    child = null;
    if (!running || ended(running)) return;
    const gone = new Promise<void>((resolve) => running.once('exit', () => resolve()));
    running.kill('SIGKILL');
    await gone;
  };
  const stop = async () => {
    await halt();
    if (dataDir === undefined) await rm(data, { recursive: true, force: true });
  };

  try {
    await start();
    const { stdout } = await run(
      program,
      ['token', 'create', '--name', 'own', '--region', '3605', '--permissions', 'all', '--data', data],
      { env: surroundings },
    );
    const restart = async () => {
      await halt();
      await start();
    };
    return { url, token: stdout.trim(), dataDir: data, stop, halt, kill, start, restart };
  } catch (error) {
    await stop();
    throw error;
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const ended = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

/** SIGTERM closes the private PostgreSQL as well; what doesn't end by it is a fault of its own. */
async function end(child: ChildProcess): Promise<void> {
  if (ended(child) || child.pid === undefined) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await gone;
  clearTimeout(timer);
  if (child.signalCode === 'SIGKILL') throw new Error(`the program didn't end within ${STOP_MS / 1000} s of SIGTERM`);
}

/** Whether a server says that it is ready; whoever made its certificate for a test knows it. */
function answers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = address.startsWith('https:') ? https.get(address, { rejectUnauthorized: false }) : http.get(address);
    asked.once('error', () => resolve(false));
    asked.once('response', (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const place = server.address();
      server.close(() =>
        place !== null && typeof place === 'object' ? resolve(place.port) : reject(new Error('no free port')),
      );
    });
  });
}
