import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { declare, type Manifest } from '../src/api/declared';

// What the server tells somebody who may everything; `tests/suite/modules.rs` keeps the file true.
declare(JSON.parse(readFileSync(join(import.meta.dirname, 'manifest.json'), 'utf8')) as Manifest);
