/**
 * Takes the place of `@aws-sdk/credential-provider-node` in bundles: credentials come from the environment and nowhere else.
 *
 * Safe because Lambda always hands a function its role's credentials in these variables
 * (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html), as local clouds do; the chain of profiles, SSO, web
 * identity, containers and instance metadata that the original tries is for other places, and is a third of a bundle.
 * They carry no expiration: they outlive the execution environment, which Lambda replaces before they run out.
 */
const fromEnvironment = async () => {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = process.env;
  if (!accessKeyId || !secretAccessKey) {
    throw new Error('no credentials: expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment');
  }
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
};

/** The only export that SDK clients import. A client that needs another fails the build: esbuild names what is missing. */
export const defaultProvider = () => fromEnvironment;
