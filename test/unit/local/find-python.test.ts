import { findPython, type Python, probePython } from '../../../local/python/find-python';

const machineWith =
  (...pythons: readonly Python[]) =>
  (command: string): Promise<Python | undefined> =>
    Promise.resolve(pythons.find((python) => python.command === command));

test('python3 is preferred to python', async () => {
  const found = await findPython(
    machineWith(
      { command: 'python', version: [3, 12, 1], hasVenv: true },
      { command: 'python3', version: [3, 10, 4], hasVenv: true },
    ),
  );

  expect(found.command).toBe('python3');
});

test('an old python3 is passed over for a recent one under another name', async () => {
  const found = await findPython(
    machineWith(
      { command: 'python3', version: [3, 9, 2], hasVenv: true },
      { command: 'python3.12', version: [3, 12, 1], hasVenv: true },
    ),
  );

  expect(found.command).toBe('python3.12');
});

test('without a recent Python, the error says what there is and what is needed', async () => {
  const refusal = findPython(machineWith({ command: 'python3', version: [3, 9, 2], hasVenv: true }));

  await expect(refusal).rejects.toThrow('needs Python 3.10 or later; python3 is 3.9.2');
  await expect(refusal).rejects.toMatchObject({ fix: expect.stringContaining('install a recent Python') });
});

test('without any Python, the error says so', async () => {
  await expect(findPython(machineWith())).rejects.toThrow('there is none on PATH');
});

test('a Python that cannot make virtual environments is named with the package that is missing', async () => {
  const refusal = findPython(machineWith({ command: 'python3', version: [3, 11, 2], hasVenv: false }));

  await expect(refusal).rejects.toThrow('python3 is 3.11.2 and has no venv module');
  await expect(refusal).rejects.toMatchObject({ fix: expect.stringContaining('apt install python3-venv') });
});

test('a command that is no Python is none', async () => {
  expect(await probePython('node')).toBeUndefined();
  expect(await probePython('there-is-no-such-command')).toBeUndefined();
});
