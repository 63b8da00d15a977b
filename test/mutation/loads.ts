/** A changed file that cannot be loaded leaves its tests no test that could fail, so Stryker would not count it as noticed. */
import { expect, it } from 'vitest';

it('the file can be loaded', async () => {
  const file = new URL(`../../${process.env.MUTATED_FILE}`, import.meta.url);
  expect(await import(/* @vite-ignore */ file.pathname)).toBeDefined();
});
