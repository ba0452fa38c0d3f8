import { parseBenchCommand } from '../../../bench/harness/command-line';

const known = ['bundle-size', 'module-load'];

describe('npm run bench', () => {
  test('runs everything when nothing is named, and lets a missed bar pass', () => {
    expect(parseBenchCommand([], known)).toEqual({ kind: 'run', benchmarks: [], check: false });
  });

  test('runs what is named, and fails on a missed bar when asked to', () => {
    const command = parseBenchCommand(['module-load', '--check'], known);
    expect(command).toEqual({ kind: 'run', benchmarks: ['module-load'], check: true });
  });

  test('names what it does not know', () => {
    expect(parseBenchCommand(['modul-load'], known)).toEqual({
      kind: 'mistake',
      explanation: 'unknown benchmark modul-load; known are bundle-size, module-load',
    });
    expect(parseBenchCommand(['--chek'], known)).toEqual({ kind: 'mistake', explanation: 'unknown option --chek' });
  });

  test.each(['help', 'list'])('--%s runs nothing', (kind) => {
    expect(parseBenchCommand(['bundle-size', `--${kind}`], known)).toEqual({ kind });
  });
});
