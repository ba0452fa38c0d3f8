import { StatusLine } from '../../../local/terminal/status-line';

const start = (isTTY: boolean) => {
  const written: string[] = [];
  let now = 0;
  const output = { isTTY, write: (text: string) => written.push(text) };
  return { line: new StatusLine(output, () => now), written, pass: (milliseconds: number) => (now += milliseconds) };
};

it('replaces itself on a terminal', () => {
  const { line, written } = start(true);
  line.show('1 of 2');
  line.show('2 of 2');
  line.end('done');

  expect(written).toEqual(['\r\u001b[K1 of 2', '\r\u001b[K2 of 2', '\r\u001b[Kdone\n']);
});

it('repeats itself now and then where nothing can be replaced, and always has the last word', () => {
  const { line, written, pass } = start(false);
  line.show('1 of 3');
  line.show('2 of 3');
  pass(5_000);
  line.show('3 of 3');
  line.end('done');

  expect(written).toEqual(['1 of 3\n', '3 of 3\n', 'done\n']);
});
