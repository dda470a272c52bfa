import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ACTIONS } from '../../src/modules/audit/names';
import { words } from '../../src/modules/audit/words';

const SOURCE = join(import.meta.dirname, '../../../src');
/** Where the server names what an entry tells of, once or by a choice of two. */
const NAMED =
  /(?:\bentry\(|\bAuditEntry::new\(|\baction: |\bnote\(|\baudit\(&mut \w+, )\s*(?:if [^{]*\{\s*)?"([a-z_]+(?:\.[a-z_]+)+)"(?:\s*\} else \{\s*"([a-z_]+(?:\.[a-z_]+)+)")?/g;

test('every action that the server writes down has a name for the auditor', () => {
  const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.rs'));
  const actions = new Set(
    files.flatMap((name) =>
      [...readFileSync(join(SOURCE, name), 'utf8').matchAll(NAMED)]
        .flatMap(([, one, other]) => [one, other])
        .filter((action) => action !== undefined),
    ),
  );
  expect(actions.size).toBeGreaterThan(50);
  expect([...actions].filter((action) => !(`act_${action.replaceAll('.', '_')}` in words.en)).sort()).toEqual([]);
  const known = Object.values(ACTIONS).flat() as string[];
  expect([...actions].filter((action) => !known.includes(action)).sort(), 'the filter offers it').toEqual([]);
  expect(known.filter((action) => !(`act_${action.replaceAll('.', '_')}` in words.en))).toEqual([]);
  expect(new Set(known).size).toBe(known.length);
});
