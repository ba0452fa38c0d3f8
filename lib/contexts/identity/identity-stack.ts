import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { Mfa, OAuthScope, ResourceServerScope, UserPool } from 'aws-cdk-lib/aws-cognito';
import type { Construct } from 'constructs';
import { storeFront } from '../../../lambdas/gateway/store-front.contract';

export interface IdentityStackProps extends StackProps {
  /** Prefix of the token endpoint's host name; must be unique in the region across all accounts. */
  readonly domainPrefix: string;
  readonly removalPolicy: RemovalPolicy;
}

/** Who gives out tokens in a region. */
export interface RegionalIssuer {
  /** The `iss` claim of its tokens. */
  readonly issuer: string;
  readonly userPoolId: string;
  /** Names of its clients by their ids; a client has the same name in every region. */
  readonly clients: { readonly [clientId: string]: string };
}

/**
 * Who may call the store: a user pool with the API's scopes, and the store front's own client (client credentials). Each
 * region has a pool of its own, which needs no other to give out tokens.
 */
export class IdentityStack extends Stack {
  public readonly issuer: RegionalIssuer;

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
    const readActivity = new ResourceServerScope({
      scopeName: 'activity.read',
      scopeDescription: 'Read what customers have done',
    });
    const writeActivity = new ResourceServerScope({
      scopeName: 'activity.write',
      scopeDescription: 'Record what customers do',
    });
    const scopes = [read, write, readActivity, writeActivity];
    const api = userPool.addResourceServer('Api', { identifier: 'tenfold', scopes });
    userPool.addDomain('TokenEndpoint', { cognitoDomain: { domainPrefix } });
    const client = userPool.addClient('StoreFront', {
      generateSecret: true,
      accessTokenValidity: Duration.hours(1),
      enableTokenRevocation: true,
      preventUserExistenceErrors: true,
      oAuth: {
        flows: { clientCredentials: true },
        scopes: scopes.map((scope) => OAuthScope.resourceServer(api, scope)),
      },
    });
    this.issuer = {
      issuer: `https://cognito-idp.${this.region}.amazonaws.com/${userPool.userPoolId}`,
      userPoolId: userPool.userPoolId,
      clients: { [client.userPoolClientId]: storeFront },
    };
    const reason =
      'The pool holds no people, only the client of the store front; threat protection watches sign-ins of people.';
    const findings = ['AwsSolutions-COG3', 'AwsSolutions-COG8'];
    Validations.of(userPool).acknowledge(...findings.map((finding) => ({ id: finding, reason })));
    new CfnOutput(this, 'UserPoolId', {
      value: userPool.userPoolId,
      description: 'User pool that issues access tokens',
    });
    new CfnOutput(this, 'MachineClientId', {
      value: client.userPoolClientId,
      description: "Client id of the store front's machine client",
    });
    new CfnOutput(this, 'TokenUrl', {
      value: `https://${domainPrefix}.auth.${this.region}.amazoncognito.com/oauth2/token`,
      description: 'Where clients get access tokens',
    });
  }
}
