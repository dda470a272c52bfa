import { expect, test } from './desk';
import { faultless } from './faultless';
import { count, sql } from './support';

/** Somebody with a telephone: the id, the name and the plain values. */
async function somebody() {
  const [id = '', name = '', phone = '', lon = '', lat = ''] = (
    await sql(
      `select id, name, phone, st_x(geom), st_y(geom) from person where phone is not null and region > 0 order by id limit 1`,
    )
  ).split('|');
  return { id, name, phone, at: `${lon},${lat}` };
}

test('a value is masked, shown for a purpose that the audit keeps, and masked again', async ({ page }) => {
  const person = await somebody();
  await page.clock.install();
  await page.goto(`/people/${person.id}`);
  const card = page.getByTestId('person');
  await expect(card).toContainText(person.name);
  await expect(card).not.toContainText(person.phone);
  await faultless(page, { every: true });
  const phone = card.locator('[data-field=phone]');
  await phone.getByRole('button').click();
  await page.getByRole('dialog').getByRole('button', { name: '查看电话' }).click();
  await expect(page.getByRole('dialog')).toContainText('请填写用途');
  await page.getByRole('radio', { name: '其他' }).check();
  const purpose = `核对电话是否停机 ${Date.now()}`;
  await page.getByLabel('用途说明').fill(purpose);
  await page.getByRole('dialog').getByRole('button', { name: '查看电话' }).click();
  await expect(phone.getByTestId('plain')).toHaveText(person.phone);
  expect(
    await count(
      `select count(*) from audit_entry where action = 'person.unmask' and object = 'person ${person.id}' and purpose = '${purpose}'`,
    ),
  ).toBe(1);
  await page.clock.fastForward(61_000);
  await expect(phone.getByTestId('plain')).toHaveCount(0);
  await expect(card).not.toContainText(person.phone);
});

test('who is found on the map has a card, on a phone too', async ({ page }) => {
  const person = await somebody();
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`/map?at=${person.at},17`);
  await page.getByTestId('search-open').click();
  await page.getByTestId('search-input').fill(person.name);
  await page.locator('.ant-select-item-option', { hasText: person.name }).first().click();
  await expect(page.getByTestId('details').getByTestId('person')).toContainText(person.name);
  await expect(page.getByTestId('details').locator('[data-field=phone], [data-field=birth]').first()).toContainText(
    '**',
  );
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
