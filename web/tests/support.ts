import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where the server under test is, and how to come in; the tests' script sets them. */
export const server = {
  url: process.env['GRIDHALL_URL'] ?? '',
  token: process.env['GRIDHALL_TOKEN'] ?? '',
  signIn: process.env['GRIDHALL_SIGNIN'] ?? '',
  psql: process.env['GRIDHALL_PSQL'] ?? '',
};

/** Runs SQL as the database's owner; rows come as lines, columns with bars between. */
export async function sql(statement: string): Promise<string> {
  const { stdout } = await run('psql', [server.psql, '-v', 'ON_ERROR_STOP=1', '-qAtc', statement], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout.trim();
}

/** A single whole number from SQL. */
export async function count(statement: string): Promise<number> {
  return Number(await sql(statement));
}
