import { afterEach, expect, test } from 'vitest';
import { declare } from '../../src/api/declared';
import { entranceAt, isPage, mayOpen } from '../../src/app/pages';
import whole from '../manifest.json';

/** Declares the pages at some addresses alone, as the server does for who may use no more. */
const declareOnly = (...paths: string[]) =>
  declare({
    groups: whole.groups,
    modules: whole.modules.map((module) => ({
      ...module,
      pages: module.pages.filter(({ path }) => paths.includes(path)),
    })),
  } as Parameters<typeof declare>[0]);

afterEach(() => declareOnly());

test('a page is open to whom it is declared to, and what lies below it', () => {
  declareOnly('/people', '/account');
  expect(mayOpen('/people')).toBe(true);
  expect(mayOpen('/people/12')).toBe(true);
  expect(mayOpen('/map')).toBe(false);
});

test('a page below one that is declared stays closed where it is not declared itself', () => {
  declareOnly('/admin', '/people');
  expect(mayOpen('/admin')).toBe(true);
  expect(mayOpen('/admin/authorities')).toBe(false);
  expect(mayOpen('/people/exports')).toBe(false);
});

test('home and the pages of the design are everybody’s', () => {
  declareOnly();
  expect(mayOpen('/')).toBe(true);
  expect(mayOpen('/design')).toBe(true);
});

test('the way to another platform is no entrance of the pages', () => {
  expect(entranceAt('/signin')).toBeDefined();
  expect(entranceAt('/signin/with/3')).toBeUndefined();
  expect(isPage('/signin/with/3')).toBe(false);
});
