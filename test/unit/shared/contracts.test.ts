import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateEvents, schemaVersionIdFor } from '../../../contracts/generate';

const avro = join(__dirname, '..', '..', '..', 'contracts', 'avro');

describe('contracts/avro', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'contracts-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const write = (name: string, schema: object) => writeFileSync(join(folder, name), JSON.stringify(schema));
  const happened = (...fields: object[]) => ({
    type: 'record',
    name: 'Happened',
    namespace: 'tenfold.test.v1',
    fields,
  });
  const what = { name: 'what', type: 'string', doc: 'What happened.' };

  it('has an events.ts that says what the schemas say', () => {
    expect(generateEvents(avro)).toBe(readFileSync(join(avro, 'events.ts'), 'utf8'));
  });

  it('documents every event and every field', () => {
    const text = readFileSync(join(avro, 'events.ts'), 'utf8');
    const lines = text.split('\n');
    const undocumented = lines.filter(
      (line, index) => /readonly \w+:|^export /.test(line) && !lines[index - 1]?.includes('*/'),
    );

    expect(undocumented).toEqual([]);
  });

  it('gives a schema a new version id when it means something else, and only then', () => {
    const schema = happened(what);

    expect(schemaVersionIdFor({ ...schema, doc: 'Something happened.' })).toBe(schemaVersionIdFor(schema));
    expect(schemaVersionIdFor(happened(what, { name: 'where', type: 'string' }))).not.toBe(schemaVersionIdFor(schema));
  });

  it('keeps schemas of before readable', () => {
    write('test.Happened.v1.avsc', happened(what, { name: 'where', type: ['null', 'string'], default: null }));
    mkdirSync(join(folder, 'earlier'));
    write('earlier/test.Happened.v1.2026-10.avsc', happened(what));

    const text = generateEvents(folder);

    expect(text).toContain('readonly where: null | string;');
    expect(text).toMatch(new RegExp(`earlier: \\[\\s*\\{\\s*schemaVersionId: '${schemaVersionIdFor(happened(what))}'`));
  });

  it.each([
    ['test.happened.v1.avsc', happened(what), /a schema is named/],
    ['other.Happened.v1.avsc', happened(what), /other\.Happened\.v1\.avsc defines tenfold\.test\.v1\.Happened/],
    ['test.Happened.v1.avsc', happened({ name: 'what', type: 'Thing' }), /unknown or named type Thing/],
  ])('refuses %s when its name or its content is not as it must be', (name, schema, message) => {
    write(name, schema);

    expect(() => generateEvents(folder)).toThrow(message);
  });

  it('does not depend on where it is', () => {
    cpSync(avro, folder, { recursive: true });

    expect(generateEvents(folder)).toBe(generateEvents(avro));
  });
});
