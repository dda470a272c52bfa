import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

interface Looked {
  /** Only these parts of the page. */
  within?: readonly string[];
  /** Slight faults count too. */
  every?: boolean;
  /** What is said beside a fault. */
  about?: string;
}

/** Looks for faults of accessibility when nothing moves any more: what fades has colours of neither state. */
export async function faultless(page: Page, { within = [], every = false, about }: Looked = {}): Promise<void> {
  await expect(page.locator('.ant-message-notice')).toHaveCount(0);
  // What was chosen from is still there for a moment, without the field that names it.
  await expect(page.locator('.ant-select-dropdown:visible')).toHaveCount(0);
  await page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .filter(({ effect }) => effect?.getComputedTiming().iterations !== Infinity)
        .map(({ finished }) => finished.catch(() => undefined)),
    ),
  );
  const axe = within.reduce((builder, part) => builder.include(part), new AxeBuilder({ page }));
  const { violations } = await axe.analyze();
  const found = violations.filter(({ impact }) => every || impact === 'serious' || impact === 'critical');
  expect(
    found.map(({ id, nodes }) => ({ id, where: nodes.map((node) => node.target.join(' ')) })),
    about,
  ).toEqual([]);
}
