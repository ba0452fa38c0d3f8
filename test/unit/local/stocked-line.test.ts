import { stockedLine } from '../../../local/operator/stocked-line';

describe('loading a catalogue', () => {
  it('says among which regions the stock was divided', () => {
    expect(stockedLine({ stocked: 16, regions: ['sa-east-1', 'us-east-1'] })).toBe(
      '16 pools of stock loaded, divided by 2 among sa-east-1, us-east-1; what is left over went to sa-east-1',
    );
  });

  it('says that one region has all of it', () => {
    expect(stockedLine({ stocked: 8, regions: ['sa-east-1'] })).toBe('8 pools of stock loaded, all of it in sa-east-1');
  });

  it('names the region whose pools alone were loaded', () => {
    expect(stockedLine({ stocked: 8, regions: ['sa-east-1', 'us-east-1'] }, 'us-east-1')).toContain(
      'in us-east-1, divided by 2',
    );
  });
});
