import { expect, figure, open, test } from './desk';
import { sql } from './support';

test.use({ shared: true });

test('a case shows up the moment it is stored, and its end too', async ({ page }) => {
  await open(page);
  const cases = await figure(page, 'cases');
  await expect(page.getByText('实时')).toBeVisible();
  const id = await sql(`insert into case_record (region, number, category, geom)
    select code, 'TEST-' || nextval('entity_id'), 'C0101', ST_PointOnSurface(geom) from region
    where level = 5 and valid_to is null order by code limit 1 returning id`);
  try {
    const arrived = page.getByTestId('live-list').locator(`button[data-id="${id}"]`);
    await expect(arrived.first()).toContainText('事件');
    await expect(page.getByTestId('stat-cases')).toHaveAttribute('data-value', String(cases + 1));
    await arrived.first().click();
    // Its card says how it stands, and it is marked on the map and in the list.
    const card = page.getByTestId('details');
    await expect(card).toContainText('事件');
    await expect(card).toContainText('已上报');
    await expect(card.getByTestId('case-handler')).not.toBeEmpty();
    await expect(arrived.first()).toHaveAttribute('aria-current', 'true');
    await expect
      .poll(() => page.evaluate(() => window.__gridhall?.map.queryRenderedFeatures({ layers: ['mark-ring'] }).length))
      .toBeGreaterThan(0);
    await page.waitForFunction(() => window.__gridhall?.map.getZoom() === 16 && !window.__gridhall.map.isMoving());
    await expect
      .poll(() =>
        page.evaluate((wanted) => {
          const map = window.__gridhall?.map;
          const at = map?.project(map.getCenter());
          return (
            at &&
            map
              ?.queryRenderedFeatures([
                [at.x - 6, at.y - 6],
                [at.x + 6, at.y + 6],
              ])
              .some((feature) => String(feature.id) === wanted)
          );
        }, id),
      )
      .toBe(true);
  } finally {
    await sql(`delete from case_record where id = ${id}`);
  }
  await expect(page.getByTestId('stat-cases')).toHaveAttribute('data-value', String(cases));
});
