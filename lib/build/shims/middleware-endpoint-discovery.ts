/**
 * Takes the place of `@aws-sdk/middleware-endpoint-discovery` in bundles.
 *
 * Safe because of the bundled clients only DynamoDB's mentions it, for configuration alone: no DynamoDB command uses discovered endpoints
 * (the option exists for compatibility). Clients whose commands do, such as Timestream's, import
 * `getEndpointDiscoveryPlugin`; that export is missing on purpose, so such a client fails the build.
 */
export const resolveEndpointDiscoveryConfig = <Config extends object>(config: Config): Config => config;

/** Answers "not configured", as the original does when neither environment nor profile says anything. */
export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = {
  environmentVariableSelector: () => undefined,
  configFileSelector: () => undefined,
  default: undefined,
};
