import { App, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { BucketReplication } from '../../../lib/constructs/bucket-replication';
import { ReplicatedBucket } from '../../../lib/constructs/replicated-bucket';
import { setServiceDefaults } from '../../../lib/constructs/service-defaults';
import { context, statements } from './synthesize';

const distributionArn = 'arn:aws:cloudfront::111111111111:distribution/E1';

/** A mesh of buckets, one a region, each in a stack of its own, and the replication of each to all others. */
const meshOf = (regions: readonly string[]) => {
  const app = new App({ context });
  setServiceDefaults(app, { removalPolicy: RemovalPolicy.DESTROY });
  const stackIn = (name: string, region: string) =>
    new Stack(app, `${name}-${region}`, { env: { account: '111111111111', region } });
  const made = regions.map((region) => {
    const stack = stackIn('Data', region);
    const bucket = new ReplicatedBucket(stack, 'Assets', { bucketName: `shop-assets-${region}` });
    bucket.allowDistribution(distributionArn);
    return { region, stack, bucket };
  });
  const replications = made.map(({ region, bucket }) => {
    const stack = stackIn('Replication', region);
    const destinations = made.filter((other) => other.bucket !== bucket).map((other) => other.bucket.peer);
    new BucketReplication(stack, 'Replication', {
      source: bucket.peer,
      destinations,
      impact: 'New pictures are missing while a region is out of reach.',
      runbook: 'assets.md#replication',
    });
    return stack;
  });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  return {
    buckets: made.map(({ stack }) => Template.fromStack(stack)),
    replications: replications.map((stack) => Template.fromStack(stack)),
  };
};

/** The configuration that the API call is made with. */
const configurationIn = (template: Template): { readonly Role: unknown; readonly Rules: readonly object[] } => {
  const [call] = Object.values(template.findResources('Custom::AWS'));
  const text: unknown = call?.['Properties'].Update;
  const parts: unknown = typeof text === 'object' && text !== null ? Reflect.get(text, 'Fn::Join') : undefined;
  if (!Array.isArray(parts)) throw new Error('expected the call to be text with references in it');
  const flat = parts[1].map((part: unknown) =>
    typeof part === 'string' ? part : `<${JSON.stringify(part).replaceAll('"', "'")}>`,
  );
  return JSON.parse(flat.join('')).parameters.ReplicationConfiguration;
};

describe.each([
  ['two buckets', ['sa-east-1', 'us-east-1']],
  ['three buckets', ['sa-east-1', 'us-east-1', 'eu-west-1']],
])('%s: every bucket', (_, regions) => {
  const { buckets, replications } = meshOf(regions);

  it('is versioned, encrypted with a key of its own that rotates, and closed to the public', () => {
    buckets.forEach((template, index) => {
      template.hasResourceProperties('AWS::S3::Bucket', {
        BucketName: `shop-assets-${regions[index]}`,
        VersioningConfiguration: { Status: 'Enabled' },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            {
              BucketKeyEnabled: true,
              ServerSideEncryptionByDefault: {
                SSEAlgorithm: 'aws:kms',
                KMSMasterKeyID: { 'Fn::GetAtt': [Match.stringLikeRegexp('^AssetsKey'), 'Arn'] },
              },
            },
          ],
        },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
      });
      template.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
    });
  });

  it('refuses requests without TLS 1.2', () => {
    for (const template of buckets) {
      const refusals = statements(template.toJSON()).filter(({ Effect }) => Effect === 'Deny');
      expect(refusals).toEqual([
        expect.objectContaining({ Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        expect.objectContaining({ Action: 's3:*', Condition: { NumericLessThan: { 's3:TlsVersion': 1.2 } } }),
      ]);
    }
  });

  it('lets the one distribution read and decrypt objects, and nobody list them', () => {
    for (const template of buckets) {
      const forCdn = statements(template.toJSON()).filter((statement) =>
        JSON.stringify(statement).includes('cloudfront.amazonaws.com'),
      );
      const onlyThisOne = { 'aws:SourceArn': distributionArn };
      expect(forCdn).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ Action: 's3:GetObject', Condition: { StringEquals: onlyThisOne } }),
          expect.objectContaining({ Action: 'kms:Decrypt', Condition: { StringEquals: onlyThisOne } }),
        ]),
      );
      expect(forCdn).toHaveLength(2);
    }
  });

  it('copies objects, deletions and changes of metadata from each to every other, with metrics', () => {
    replications.forEach((template, index) => {
      const others = regions.filter((__, other) => other !== index);
      const enabled = { Status: 'Enabled' };
      expect(configurationIn(template).Rules).toEqual(
        others.map((region, rule) => ({
          ID: `to-shop-assets-${region}`,
          Status: 'Enabled',
          Priority: rule + 1,
          Filter: { Prefix: '' },
          DeleteMarkerReplication: enabled,
          SourceSelectionCriteria: { SseKmsEncryptedObjects: enabled, ReplicaModifications: enabled },
          Destination: {
            Bucket: expect.stringMatching(`:s3:::shop-assets-${region}$`),
            EncryptionConfiguration: { ReplicaKmsKeyID: expect.stringContaining(region) },
            Metrics: enabled,
          },
        })),
      );
    });
  });

  it('decrypts with the source’s key and encrypts with the destinations’, through S3, for these buckets and nothing else', () => {
    replications.forEach((template, index) => {
      const uses = statements(template.toJSON()).filter(({ Action }) => JSON.stringify(Action).includes('kms:'));
      const use = (region: string | undefined, Action: unknown) =>
        expect.objectContaining({
          Action,
          Effect: 'Allow',
          Condition: {
            StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` },
            StringLike: {
              'kms:EncryptionContext:aws:s3:arn': [`shop-assets-${region}`, `shop-assets-${region}/*`].map((path) => ({
                'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:s3:::${path}`]],
              })),
            },
          },
        });
      expect(uses).toEqual([
        use(regions[index], 'kms:Decrypt'),
        ...regions
          .filter((__, other) => other !== index)
          .map((region) => use(region, ['kms:Encrypt', 'kms:GenerateDataKey'])),
      ]);
      expect(uses.filter(({ Resource }) => Resource === '*')).toEqual([]);
    });
  });

  it('may read and change nothing beyond what replication asks for', () => {
    for (const template of replications) {
      const allowed = statements(template.toJSON()).flatMap(({ Action }) => Action);
      expect([...new Set(allowed)].sort()).toEqual([
        'iam:PassRole',
        'kms:Decrypt',
        'kms:Encrypt',
        'kms:GenerateDataKey',
        'logs:CreateLogStream',
        'logs:PutLogEvents',
        's3:GetObjectVersionAcl',
        's3:GetObjectVersionForReplication',
        's3:GetObjectVersionTagging',
        's3:GetReplicationConfiguration',
        's3:ListBucket',
        's3:PutReplicationConfiguration',
        's3:ReplicateDelete',
        's3:ReplicateObject',
        's3:ReplicateTags',
        'sts:AssumeRole',
      ]);
    }
  });

  it('rings for every destination that copies fail to reach', () => {
    replications.forEach((template, index) => {
      for (const region of regions.filter((__, other) => other !== index)) {
        template.hasResourceProperties('AWS::CloudWatch::Alarm', {
          Namespace: 'AWS/S3',
          MetricName: 'OperationsFailedReplication',
          Dimensions: Match.arrayWith([
            { Name: 'DestinationBucket', Value: `shop-assets-${region}` },
            { Name: 'SourceBucket', Value: `shop-assets-${regions[index]}` },
          ]),
          AlarmDescription: Match.stringLikeRegexp('docs/runbooks/assets.md#replication$'),
        });
      }
    });
  });
});
