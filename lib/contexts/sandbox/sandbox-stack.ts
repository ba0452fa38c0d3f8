import { CfnOutput, Duration, type RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { CarrierEnv } from '../../../lambdas/sandbox/carrier.contract';
import type { PaymentProviderEnv } from '../../../lambdas/sandbox/payment-provider.contract';
import { grantConnection, type OutsideConnection } from '../../constructs/outside-connection';
import { ServiceFunction } from '../../constructs/service-function';
import { SandboxApi, type SandboxService } from './constructs/sandbox-api';
import { SandboxLedger } from './constructs/sandbox-ledger';

export interface SandboxStackProps extends StackProps {
  readonly encryptionKey: IKey;
  readonly removalPolicy: RemovalPolicy;
  /** What the names of the connections' secrets begin with, for example `tenfold/dev/sandbox`. */
  readonly secretPrefix: string;
  /** The other regions that call the sandbox: they find its secrets by name. */
  readonly callers: readonly string[];
}

/**
 * The outside world for stages that have no contract with a real one: a payment provider and a carrier as HTTP services,
 * with a ledger of every effect and faults that can be switched on. There is one of it for all regions, as there is one real
 * provider: it recognises a charge that another region repeats.
 */
export class SandboxStack extends Stack {
  /** How payments reaches its provider. */
  public readonly paymentProvider: ISecret;
  /** How shipping reaches its carrier. */
  public readonly carrier: ISecret;

  /** How a region that is not the sandbox's own reaches one of its services. */
  public static connectionFrom(secretPrefix: string, service: SandboxService): OutsideConnection {
    return { connectionSecretName: `${secretPrefix}/${service}` };
  }

  constructor(scope: Construct, id: string, props: SandboxStackProps) {
    super(scope, id, props);
    const api = new SandboxApi(this, 'Api', props);
    const ledger = new SandboxLedger(this, 'Ledger', props);
    const { table } = ledger;
    // A slow answer, which is one of the faults, takes up to ten seconds.
    const timeout = Duration.seconds(15);
    const failureImpact = 'Test orders cannot be charged or shipped; no customer is hurt.';

    this.paymentProvider = api.connection('PaymentProviderConnection', 'payment-provider', props);
    const paymentProvider = new ServiceFunction<PaymentProviderEnv>(this, 'PaymentProvider', {
      entry: 'sandbox/payment-provider',
      environment: { SANDBOX_TABLE: table.tableName, API_KEY_SECRET_ARN: this.paymentProvider.secretArn },
      failureImpact,
      timeout,
    });
    this.carrier = api.connection('CarrierConnection', 'carrier', props);
    const carrier = new ServiceFunction<CarrierEnv>(this, 'Carrier', {
      entry: 'sandbox/carrier',
      environment: { SANDBOX_TABLE: table.tableName, API_KEY_SECRET_ARN: this.carrier.secretArn },
      failureImpact,
      timeout,
    });
    for (const service of [paymentProvider, carrier]) ledger.grantUse(service);
    grantConnection(this.paymentProvider, paymentProvider);
    grantConnection(this.carrier, carrier);
    api.serve('payment-provider', paymentProvider.alias);
    api.serve('carrier', carrier.alias);

    new CfnOutput(this, 'SandboxApiId', { value: api.restApiId, description: 'REST API of the sandbox' });
    new CfnOutput(this, 'LedgerTableName', { value: table.tableName, description: 'Every effect the sandbox has had' });
    new CfnOutput(this, 'PaymentProviderSecretArn', {
      value: this.paymentProvider.secretArn,
      description: 'URL and API key of the payment provider',
    });
    new CfnOutput(this, 'CarrierSecretArn', {
      value: this.carrier.secretArn,
      description: 'URL and API key of the carrier',
    });
  }
}
