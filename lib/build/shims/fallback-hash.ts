/**
 * Takes the place of the SDK's hash functions in plain JavaScript (`Sha256Js`, `Md5Js`), 5 KB.
 *
 * Safe because the SDK takes them only when `node:crypto` cannot make the hash, and Lambda's Node always can: the SDK asks once, when
 * it is loaded, so a runtime where that is not so would fail at its first start and not at a customer's request.
 */
class FallbackHash {
  constructor() {
    throw new Error('expected node:crypto to have SHA-256 and MD5; see lib/build/shims/fallback-hash.ts');
  }
}

export { FallbackHash as Md5Js, FallbackHash as Sha256Js };
