import { Duration, type RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import {
  AccessLogFormat,
  EndpointType,
  LambdaIntegration,
  LogGroupLogDestination,
  MethodLoggingLevel,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { serviceDefaultsOf } from '../../../constructs/service-defaults';

export interface SandboxApiProps {
  readonly removalPolicy: RemovalPolicy;
}

/** Who answers in the sandbox. */
export type SandboxService = 'payment-provider' | 'carrier';

/** How callers are told of a service. */
export interface SandboxConnectionProps {
  readonly encryptionKey: IKey;
  readonly secretPrefix: string;
  /** The regions that get a copy of the secret. */
  readonly callers: readonly string[];
}

const stageName = 'live';

/** The sandbox's HTTP services, each below a path of its own, each with its own key. */
export class SandboxApi extends Construct {
  public readonly restApiId: string;
  private readonly api: RestApi;

  constructor(scope: Construct, id: string, { removalPolicy }: SandboxApiProps) {
    super(scope, id);
    const accessLogs = new LogGroup(this, 'AccessLogs', {
      retention: serviceDefaultsOf(this).logRetention,
      removalPolicy,
    });
    this.api = new RestApi(this, 'Api', {
      endpointTypes: [EndpointType.REGIONAL],
      cloudWatchRole: false,
      deployOptions: {
        stageName,
        tracingEnabled: true,
        throttlingRateLimit: 500,
        throttlingBurstLimit: 1000,
        loggingLevel: MethodLoggingLevel.ERROR,
        accessLogDestination: new LogGroupLogDestination(accessLogs),
        accessLogFormat: AccessLogFormat.jsonWithStandardFields(),
      },
    });
    this.restApiId = this.api.restApiId;
    const reason = 'A stand-in for a service of somebody else: it checks its own API key, as that one would.';
    Validations.of(this.api).acknowledge(
      ...['AwsSolutions-APIG2', 'AwsSolutions-APIG3', 'AwsSolutions-APIG4', 'AwsSolutions-COG4'].map((finding) => ({
        id: finding,
        reason,
      })),
    );
  }

  /** A secret with the service's URL and a generated API key, under one name in all regions. */
  public connection(id: string, service: SandboxService, props: SandboxConnectionProps): ISecret {
    const { encryptionKey, secretPrefix, callers } = props;
    // Not api.url: that waits for the deployment, which waits for the functions, which wait for this secret.
    const { region, urlSuffix } = Stack.of(this);
    const url = `https://${this.restApiId}.execute-api.${region}.${urlSuffix}/${stageName}/${service}`;
    const secret = new Secret(this, id, {
      encryptionKey,
      secretName: `${secretPrefix}/${service}`,
      // Copies are encrypted with their account's default key, as any secret is that a caller knows by name alone.
      replicaRegions: callers.map((region) => ({ region })),
      removalPolicy: serviceDefaultsOf(this).removalPolicy,
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ url }),
        generateStringKey: 'apiKey',
        excludePunctuation: true,
        passwordLength: 40,
      },
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'The key of a sandbox guards nothing of value; it goes away with its stack.',
    });
    return secret;
  }

  /** Answers everything below `/<service>` with `handler`. */
  public serve(service: SandboxService, handler: IFunction): void {
    const integration = new LambdaIntegration(handler, { timeout: Duration.seconds(29) });
    this.api.root.addResource(service).addProxy({ anyMethod: true, defaultIntegration: integration });
  }
}
