import { StackOutputs } from '../../../local/deployment/stack-outputs';
import { placeOfStage } from '../../../local/operator/deployment-of-stage';
import { ParkedCases, stacksWithCases } from '../../../local/operator/parked-cases';

const outputsOf = (stacks: readonly string[]) =>
  new StackOutputs('Tenfold-Dev-sa-east-1', new Map(stacks.map((stack) => [stack, new Map([['TableName', stack]])])));
const place = { region: 'sa-east-1' };

describe('the deployment that an operator asks', () => {
  const given = process.env['AWS_ENDPOINT_URL'];
  afterEach(() => {
    if (given === undefined) delete process.env['AWS_ENDPOINT_URL'];
    else process.env['AWS_ENDPOINT_URL'] = given;
  });

  it.each(stacksWithCases)('is refused without %s: its cases would seem to be none', (missing) => {
    const outputs = outputsOf(stacksWithCases.filter((stack) => stack !== missing));
    expect(() => new ParkedCases(place, outputs)).toThrow(
      `no output TableName of stack Tenfold-Dev-sa-east-1-${missing}`,
    );
  });

  it('is taken whole', () => {
    expect(() => new ParkedCases(place, outputsOf(stacksWithCases))).not.toThrow();
  });

  it('is on AWS for every other stage than the local one, whatever emulator runs', async () => {
    process.env['AWS_ENDPOINT_URL'] = 'http://127.0.0.1:4566';
    await expect(placeOfStage('dev')).rejects.toThrow(
      'AWS_ENDPOINT_URL is http://127.0.0.1:4566, and stage dev is on AWS',
    );
  });

  it('is in the first region of a stage without settings, or in the one that is named', async () => {
    delete process.env['AWS_ENDPOINT_URL'];
    expect(await placeOfStage('dev')).toEqual({ region: 'sa-east-1' });
    expect(await placeOfStage('dev', 'eu-west-1')).toEqual({ region: 'eu-west-1' });
  });
});
