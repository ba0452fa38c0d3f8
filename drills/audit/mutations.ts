import type { Mutation } from '../harness/mutation';

/** What each sabotage takes out of the source. */
export const auditMutations = {
  writeAhead: [
    {
      // The answer does not wait for the record, which is put when there is time.
      file: 'lambdas/shared/access-recorder.ts',
      find: 'const taken = first.then((record) => trail.record(record));',
      replacement:
        'const taken = Promise.resolve();\n    setTimeout(() => void first.then((record) => trail.record(record)).catch(() => undefined), 2_000);',
    },
  ],
  chainLink: [
    {
      file: 'lambdas/shared/hash-chain.ts',
      find: 'hashOf(`${previous}${canonicalJson(record)}`)',
      replacement: 'hashOf(`${previous.slice(64)}${canonicalJson(record)}`)',
    },
  ],
  seal: [
    {
      file: 'lambdas/audit/kms-seal-signer.adapter.ts',
      find: 'const { Signature } = await this.client.send(',
      replacement: 'const Signature = Buffer.from(sealText(seal));\n    void Array.of(',
    },
  ],
  baseline: [
    {
      file: 'lambdas/audit/access-judgement.ts',
      find: 'const found = rule.judge(judged);',
      replacement: 'const found = [rule.judge(judged)][1];',
    },
  ],
  keyDestruction: [
    {
      file: 'lambdas/privacy/erase-subject.use-case.ts',
      find: "await inAll(vaults, { subject, step: 'destroy' }, (vault) => vault.destroy(subject));",
      replacement: '',
    },
    {
      file: 'lambdas/privacy/erase-subject.use-case.ts',
      find: 'left[index]?.keys.length !== 0',
      replacement: 'left[index] === undefined',
    },
  ],
  /** No sabotage: what an answer costs that nobody records. */
  unrecorded: [
    {
      file: 'lambdas/shared/access-recorder.ts',
      find: "if (isForwardedTo && 'forwardedFrom' in event) return undefined;",
      replacement: 'if (isForwardedTo || event) return undefined;',
    },
  ],
} as const satisfies Record<string, readonly Mutation[]>;
