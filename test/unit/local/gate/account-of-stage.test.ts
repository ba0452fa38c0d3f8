import { requireAccountOf } from '../../../../local/gate/account-of-stage';
import { GateError } from '../../../../local/gate/gate.errors';
import { type FakeAnswer, FakeService } from '../../shared/fake-service';

let service: FakeService | undefined;
const endpoint = process.env['AWS_ENDPOINT_URL'];
const xml = { 'content-type': 'text/xml' };

/** An AWS that says of every caller the same. */
const answering = async (answer: FakeAnswer): Promise<void> => {
  service = await FakeService.start((body) => (body.includes('Action=GetCallerIdentity') ? answer : undefined));
  process.env['AWS_ENDPOINT_URL'] = service.endpoint;
};
const ofAccount = (account: string): FakeAnswer => ({
  status: 200,
  body: `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>${account}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
  headers: xml,
});

afterEach(async () => {
  await service?.stop();
  if (endpoint === undefined) delete process.env['AWS_ENDPOINT_URL'];
  else process.env['AWS_ENDPOINT_URL'] = endpoint;
});

it('lets a stage be asked with credentials of its own account', async () => {
  await answering(ofAccount('000000000000'));

  await expect(requireAccountOf('local')).resolves.toBeUndefined();
});

it('does not take a stage for empty in another account, and names both', async () => {
  await answering(ofAccount('210987654321'));

  await expect(requireAccountOf('local')).rejects.toThrow(GateError);
  await expect(requireAccountOf('local')).rejects.toThrow(
    'stage local is in account 000000000000, and the credentials are of 210987654321',
  );
});

it('opens nothing for credentials that AWS does not know', async () => {
  const body =
    '<ErrorResponse><Error><Type>Sender</Type><Code>InvalidClientTokenId</Code><Message>the token is invalid</Message></Error></ErrorResponse>';
  await answering({ status: 403, body, headers: xml });

  await expect(requireAccountOf('local')).rejects.toThrow(GateError);
  await expect(requireAccountOf('local')).rejects.toThrow(/^stage local cannot be asked: .*the token is invalid$/);
});
