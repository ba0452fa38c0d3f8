import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import {
  type IUserPool,
  type IUserPoolClient,
  Mfa,
  OAuthScope,
  ResourceServerScope,
  UserPool,
} from 'aws-cdk-lib/aws-cognito';
import type { Construct } from 'constructs';

export interface IdentityStackProps extends StackProps {
  /** Prefix of the token endpoint's host name; must be unique in the region across all accounts. */
  readonly domainPrefix: string;
  readonly removalPolicy: RemovalPolicy;
}

/** Who may call the store: a user pool with the API's scopes, and the store front's own client (client credentials). */
export class IdentityStack extends Stack {
  public readonly userPool: IUserPool;
  public readonly machineClient: IUserPoolClient;

  constructor(scope: Construct, id: string, props: IdentityStackProps) {
    super(scope, id, props);
    const { domainPrefix, removalPolicy } = props;
    const userPool = new UserPool(this, 'Users', {
      selfSignUpEnabled: false,
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: 14,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(1),
      },
      deletionProtection: removalPolicy === RemovalPolicy.RETAIN,
      removalPolicy,
    });
    const read = new ResourceServerScope({ scopeName: 'orders.read', scopeDescription: 'Read own orders' });
    const write = new ResourceServerScope({ scopeName: 'orders.write', scopeDescription: 'Place and cancel orders' });
    const api = userPool.addResourceServer('Api', { identifier: 'tenfold', scopes: [read, write] });
    userPool.addDomain('TokenEndpoint', { cognitoDomain: { domainPrefix } });
    this.machineClient = userPool.addClient('StoreFront', {
      generateSecret: true,
      accessTokenValidity: Duration.hours(1),
      enableTokenRevocation: true,
      preventUserExistenceErrors: true,
      oAuth: {
        flows: { clientCredentials: true },
        scopes: [OAuthScope.resourceServer(api, read), OAuthScope.resourceServer(api, write)],
      },
    });
    this.userPool = userPool;
    const reason =
      'The pool holds no people, only the client of the store front; threat protection watches sign-ins of people.';
    const findings = ['AwsSolutions-COG3', 'AwsSolutions-COG8'];
    Validations.of(userPool).acknowledge(...findings.map((finding) => ({ id: finding, reason })));
    new CfnOutput(this, 'UserPoolId', {
      value: userPool.userPoolId,
      description: 'User pool that issues access tokens',
    });
    new CfnOutput(this, 'MachineClientId', {
      value: this.machineClient.userPoolClientId,
      description: "Client id of the store front's machine client",
    });
    new CfnOutput(this, 'TokenUrl', {
      value: `https://${domainPrefix}.auth.${this.region}.amazoncognito.com/oauth2/token`,
      description: 'Where clients get access tokens',
    });
  }
}
