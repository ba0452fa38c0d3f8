/** Which scope each route needs, by `<METHOD> <path>`, for example `GET /v1/orders/{orderId}`. */
export type RouteScopes = { readonly [route: string]: string };

/** Who calls, as the token says. */
export interface Caller {
  /** The name of the client where the deployment gives it one, the same in all regions; else the id that its issuer gave it. */
  readonly clientId: string;
  readonly scopes: readonly string[];
}

/** What API Gateway is answered: an IAM policy and what is told to the functions behind it. */
export interface AccessPolicy {
  readonly principalId: string;
  readonly policyDocument: {
    readonly Version: '2012-10-17';
    readonly Statement: readonly {
      readonly Action: 'execute-api:Invoke';
      readonly Effect: 'Allow' | 'Deny';
      readonly Resource: readonly string[];
    }[];
  };
  readonly context: { readonly clientId: string; readonly scope: string };
}

// arn:aws:execute-api:<region>:<account>:<api>/<stage>/<method>/<path>
const stageOf = (methodArn: string): string => methodArn.split('/').slice(0, 2).join('/');

const resourceOf = (stage: string, route: string): string => {
  const [method = '', path = ''] = route.split(' ');
  return `${stage}/${method}${path.replaceAll(/\{[^}]+\}/g, '*')}`;
};

/**
 * What a caller may do, for the whole API and not only for the route that was asked for: API Gateway keeps the policy for the
 * token and applies it to the next requests too.
 */
export const accessPolicy = ({ clientId, scopes }: Caller, routes: RouteScopes, methodArn: string): AccessPolicy => {
  const stage = stageOf(methodArn);
  const permitted = Object.entries(routes)
    .filter(([, scope]) => scopes.includes(scope))
    .map(([route]) => resourceOf(stage, route));
  const Action = 'execute-api:Invoke';
  // A policy needs a statement: a token that permits nothing is told so by name, and answered 403 and not 401.
  const statement =
    permitted.length > 0
      ? ({ Action, Effect: 'Allow', Resource: permitted } as const)
      : ({ Action, Effect: 'Deny', Resource: [`${stage}/*`] } as const);
  return {
    principalId: clientId,
    policyDocument: { Version: '2012-10-17', Statement: [statement] },
    context: { clientId, scope: scopes.join(' ') },
  };
};
