import { expect, test } from 'vitest';
import { csv } from '../../src/modules/identity/admin/importing';

test('no text of a table becomes a formula, and each stays one cell', () => {
  expect(
    csv([
      ['姓名', '=1+1', '@x', '-1', '+1'],
      ['a,b', '说"好"', '两\n行', '\tx', '王芳'],
    ]),
  ).toBe('\ufeff姓名,\'=1+1,\'@x,\'-1,\'+1\r\n"a,b","说""好""","两\n行",\'\tx,王芳\r\n');
});
