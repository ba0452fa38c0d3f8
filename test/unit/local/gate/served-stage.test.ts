import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GateError } from '../../../../local/gate/gate.errors';
import { phasesOfDeployed } from '../../../../local/gate/served-stage';
import { FakeService } from '../../shared/fake-service';

const refusal = (code: string, message: string) =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`;

let service: FakeService | undefined;
const endpoint = process.env['AWS_ENDPOINT_URL'];
/** An AWS that answers everything with one refusal. */
const refusing = async (status: number, body: string): Promise<string> => {
  service = await FakeService.start(() => ({ status, body, headers: { 'content-type': 'text/xml' } }));
  process.env['AWS_ENDPOINT_URL'] = service.endpoint;
  const root = mkdtempSync(join(tmpdir(), 'gate-stage-'));
  mkdirSync(join(root, 'config'));
  return root;
};
afterEach(async () => {
  await service?.stop();
  if (endpoint === undefined) delete process.env['AWS_ENDPOINT_URL'];
  else process.env['AWS_ENDPOINT_URL'] = endpoint;
});

it('has nothing to hold against a stage that was never deployed', async () => {
  const root = await refusing(
    400,
    refusal('ValidationError', 'Stack with id Tenfold-Local-OrderingService does not exist'),
  );

  expect(await phasesOfDeployed(root, 'local')).toEqual([
    {
      stage: 'local',
      kind: 'order',
      phase: 'cutover',
      served: { known: false, because: 'nothing is deployed yet' },
      left: [],
    },
  ]);
});

it('does not take a stage for empty that it may not look at', async () => {
  const root = await refusing(403, refusal('AccessDenied', 'you may not describe stacks'));

  await expect(phasesOfDeployed(root, 'local')).rejects.toThrow(GateError);
  await expect(phasesOfDeployed(root, 'local')).rejects.toThrow(
    /^stage local cannot be asked in \S+: AccessDenied: you may not/,
  );
});
