import { fifoGroups } from '../../../lambdas/shared/fifo-groups';
import { separateReturns } from '../../../lambdas/shared/separate-returns';
import { record } from './messages';

const returns = (...counts: readonly [group: string, receiveCount: number][]) => {
  const records = counts.map(([group, count], index) => record(`m${index}`, group, '', count));
  return separateReturns(fifoGroups(records), 3, 19_500).map(({ receiptHandles, seconds }) => [
    ...receiptHandles,
    seconds,
  ]);
};

describe('the returns of a batch whose worker may be killed', () => {
  it('are apart for groups that were handed out more often than a message is tried, and after the invocation', () => {
    expect(returns(['A', 4], ['B', 3], ['C', 9])).toEqual([
      ['handle of m0', 30],
      ['handle of m2', 40],
    ]);
  });

  it('keep the messages of a group together', () => {
    expect(returns(['A', 4], ['B', 1], ['A', 1])).toEqual([['handle of m0', 'handle of m2', 30]]);
  });

  it('are left to the queue for a group that is alone, and while nothing is suspect', () => {
    expect(returns(['A', 4], ['A', 4])).toEqual([]);
    expect(returns(['A', 3], ['B', 3])).toEqual([]);
  });
});
