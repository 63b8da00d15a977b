import { expect, it } from 'vitest';
import { addressLines, type PracticeDetails } from '../../src/billing/party.js';

const ADDRESS: PracticeDetails = {
  address_1: '1 Lake Road',
  address_2: 'Floor 2',
  city: 'Lakeside',
  region: 'NY',
  postal_code: '14000',
  country: 'US',
};

it.each([
  [ADDRESS, ['1 Lake Road', 'Floor 2', 'Lakeside, NY 14000', 'US']],
  [{ ...ADDRESS, address_2: '', region: '' }, ['1 Lake Road', 'Lakeside, 14000', 'US']],
  [{ city: 'Lakeside', region: 'NY' }, ['Lakeside, NY']],
  [{ city: 'Lakeside' }, ['Lakeside']],
  [{ postal_code: '14000' }, ['14000']],
  [{ legal_name: 'Ash LLC', email: 'ash@example.com' }, []],
])('the address of %o', (details, lines) => {
  expect(addressLines(details)).toEqual(lines);
});
