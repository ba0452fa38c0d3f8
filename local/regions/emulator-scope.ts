import { rootCredentials } from '../deployment/aws-clients';

/**
 * Headers that say which region and service of an emulator a request is for. An emulator reads the scope of a signature and
 * never checks it, so that a proxy needs no key to sign with.
 * @param service as it is signed: `s3`, `route53`
 */
export const scopeHeaders = (region: string, service: string): { readonly authorization: string } => {
  const credential = `${rootCredentials.accessKeyId}/20000101/${region}/${service}/aws4_request`;
  return { authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=none` };
};
