import { readFileSync } from 'node:fs';
import { seedCatalogue } from '../../../local/deployment/deploy-to-emulator';
import { CatalogueError, parseCatalogue } from '../../../local/operator/catalogue';
import { exampleOrder } from '../../../local/orders/three-orders';

const article = { sku: 'MUG-BLUE', currency: 'BRL', unitPriceMinor: 3990, stock: 5 };

test('the catalogue that comes with the project has what the example order buys, in its currency', () => {
  const articles = parseCatalogue(readFileSync(seedCatalogue, 'utf8'), 'the seed');

  for (const { sku, quantity } of exampleOrder.lines) {
    const sold = articles.find((one) => one.sku === sku);
    expect(sold?.currency).toBe(exampleOrder.currency);
    expect(sold?.stock).toBeGreaterThan(1000 * quantity);
  }
});

test('a faulty file is refused with each field that is wrong', () => {
  const text = JSON.stringify([article, { ...article, sku: 'mug', unitPriceMinor: 1.5 }]);

  expect(() => parseCatalogue(text, 'prices.json')).toThrow(CatalogueError);
  expect(() => parseCatalogue(text, 'prices.json')).toThrow(
    /prices\.json is no catalogue:\n {2}1\.sku: .*\n {2}1\.unitPriceMinor: /,
  );
});

test('an article that is listed twice is refused: it would be unclear what it costs', () => {
  const text = JSON.stringify([article, { ...article, unitPriceMinor: 4990 }]);

  expect(() => parseCatalogue(text, 'prices.json')).toThrow('1.sku: MUG-BLUE is listed twice');
});

test('an unknown field is refused: it may be a misspelt one', () => {
  expect(() => parseCatalogue(JSON.stringify([{ ...article, prise: 1 }]), 'prices.json')).toThrow('prise');
});

test('a file that is no JSON is refused as such', () => {
  expect(() => parseCatalogue('sku;price', 'prices.csv')).toThrow('prices.csv is no JSON');
});
