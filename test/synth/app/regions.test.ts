import { authorizeRequestEnv } from '../../../lambdas/gateway/authorize-request.contract';
import { meaningOf, stackReferences, withRegionsSwapped } from './normalised';
import { type Placed, resourcesOf, type SynthesizedStack, synthesize } from './synthesized';

/** Contexts whose table says whether a region may write. */
const contexts = ['Activity', 'Inventory', 'Loyalty', 'Ordering', 'Payments', 'Shipping'];
/** Contexts with a table. Accesses are recorded in every region, evacuated or not. */
const withTable = [...contexts, 'Audit', 'Privacy'].toSorted();
/** Those that publish events of their own, which a region that is evacuated may leave unpublished. */
const publishing = contexts.filter((context) => context !== 'Activity');
const twoRegions = ['sa-east-1', 'us-east-1'] as const;
const two = synthesize('prod');
const one = synthesize('prod', { regions: ['sa-east-1'] });
const three = synthesize('prod', { regions: [...twoRegions, 'eu-west-1'] });

const stackOf = (stacks: readonly SynthesizedStack[], id: string): SynthesizedStack => {
  const found = stacks.find((stack) => stack.id === id);
  if (found === undefined)
    throw new Error(`expected a stack ${id} among ${stacks.map((stack) => stack.id).join(', ')}`);
  return found;
};

const namesIn = (stacks: readonly SynthesizedStack[], region: string): readonly string[] =>
  stacks.filter(({ id }) => id.startsWith(`${region}/`)).map(({ name }) => name);

/** Every stack that is deployed before another one, however indirectly. */
const before = (stacks: readonly SynthesizedStack[], id: string): ReadonlySet<string> => {
  const known = new Set<string>();
  const visit = (later: string): void => {
    for (const earlier of stackOf(stacks, later).dependencies) {
      if (known.has(earlier)) continue;
      known.add(earlier);
      visit(earlier);
    }
  };
  visit(id);
  return known;
};

const replicaRegions = ({ Properties }: Placed): readonly unknown[] =>
  [Properties['Replicas']].flat().map((replica) => Object(replica).Region);

/** A template whose tables have no replica there. */
const withoutReplica = (template: SynthesizedStack['template'], region: string): SynthesizedStack['template'] => ({
  ...template,
  Resources: Object.fromEntries(
    Object.entries(template.Resources).map(([id, resource]) => {
      // Of a table, and of a secret.
      const replicas = ['Replicas', 'ReplicaRegions'].flatMap((name) => {
        const known = resource.Properties?.[name];
        return Array.isArray(known) ? [[name, known.filter((one) => Object(one).Region !== region)] as const] : [];
      });
      return [id, { ...resource, Properties: { ...resource.Properties, ...Object.fromEntries(replicas) } }];
    }),
  ),
});

describe.each([
  ['one region', one, ['sa-east-1']],
  ['two regions', two, [...twoRegions]],
  ['three regions', three, [...twoRegions, 'eu-west-1']],
] as const)('a stage of %s', (_, stacks, regions) => {
  test('has the same stacks in each, under the names that operators know', () => {
    for (const region of regions) {
      expect([...namesIn(stacks, region)].sort()).toEqual([...namesIn(stacks, 'sa-east-1')].sort());
    }
    expect(namesIn(stacks, 'sa-east-1')).toHaveLength(regions.length === 1 ? 27 : 30);
    const regional = stacks.filter(({ id }) => !id.startsWith('global/'));
    expect(regional.filter(({ stackName, region, name }) => stackName !== `Tenfold-Prod-${region}-${name}`)).toEqual(
      [],
    );
  });

  test('has one key id, made in the first region and replicated by the others with the same policy', () => {
    // A bucket of assets has a key of its own, which a CDN may use, and needs no data of another region.
    const shared = stacks.filter(({ name }) => name === 'BackboneData');
    const [primary, ...more] = resourcesOf(shared, 'AWS::KMS::Key');
    const replicas = resourcesOf(shared, 'AWS::KMS::ReplicaKey');
    expect(more).toEqual([]);
    expect(primary).toMatchObject({ stack: 'sa-east-1/BackboneData', Properties: { MultiRegion: true } });
    expect(replicas.map(({ stack }) => stack).sort()).toEqual(
      regions
        .slice(1)
        .map((region) => `${region}/BackboneData`)
        .sort(),
    );
    for (const { Properties } of replicas) expect(Properties['KeyPolicy']).toEqual(primary?.Properties['KeyPolicy']);
  });

  test('makes each table in the first region, with a replica in every other', () => {
    const tables = resourcesOf(stacks, 'AWS::DynamoDB::GlobalTable');
    expect(tables.map(({ stack }) => stack).sort()).toEqual(withTable.map((context) => `sa-east-1/${context}Data`));
    for (const table of tables) expect([...replicaRegions(table)].sort()).toEqual([...regions].sort());
  });

  test('deploys every key before the tables, and a table before whoever looks its replica up', () => {
    for (const context of withTable) {
      const earlier = before(stacks, `sa-east-1/${context}Data`);
      for (const region of regions) expect(earlier).toContain(`${region}/BackboneData`);
      for (const region of regions.slice(1)) {
        expect(before(stacks, `${region}/${context}Data`)).toContain(`sa-east-1/${context}Data`);
      }
    }
  });

  test('lets each relay read the stream of its own region’s replica', () => {
    for (const region of regions) {
      for (const context of publishing) {
        const service = stackOf(stacks, `${region}/${context}Service`);
        const streams = resourcesOf([service], 'AWS::Lambda::EventSourceMapping')
          .map(({ Properties }) => Object(Properties['EventSourceArn'])['Fn::GetStackOutput'])
          .filter((reference) => reference !== undefined);
        expect(streams).toEqual([
          expect.objectContaining({ StackName: `Tenfold-Prod-${region}-${context}Data`, Region: region }),
        ]);
        expect(streams.map((reference) => meaningOf(reference, stacks))).toEqual(['stream ARN']);
      }
    }
  });

  test('reads from another region only the key to replicate, who gives out tokens there, and what copying assets and records of accesses needs', () => {
    const foreign = stacks.flatMap((stack) =>
      stackReferences(stack)
        .filter(({ Region }) => Region !== stack.region)
        .map((reference) => `${stack.id} reads the ${meaningOf(reference, stacks)} of ${reference.StackName}`),
    );
    const keys = regions
      .slice(1)
      .flatMap((region) =>
        ['BackboneData', 'PrivacyData'].map(
          (name) => `${region}/${name} reads the key ARN of Tenfold-Prod-sa-east-1-${name}`,
        ),
      );
    const tokens = regions.flatMap((region) =>
      regions
        .filter((other) => other !== region)
        .flatMap((other) =>
          ['user pool', 'client'].map(
            (what) => `${region}/GatewayService reads the ${what} of Tenfold-Prod-${other}-Identity`,
          ),
        ),
    );
    const copies = regions
      .flatMap((region) => regions.filter((other) => other !== region).map((other) => [region, other] as const))
      .flatMap(([region, other]) =>
        ['AuditAccessCopies', 'AuditSecurityCopies'].map(
          (stack) => `${region}/${stack} reads the key ARN of Tenfold-Prod-${other}-AuditStore`,
        ),
      );
    const ofAssets = foreign.filter((line) => /\/Assets(Data|Service) reads the \S+/.test(line));
    const others = foreign.filter((line) => !ofAssets.includes(line));
    expect([...new Set(others)].sort()).toEqual([...keys, ...tokens, ...copies].sort());
    const known = ['Tenfold-Prod-Assets', ...regions.map((region) => `Tenfold-Prod-${region}-AssetsData`)];
    expect(ofAssets.filter((line) => !known.some((name) => line.endsWith(` of ${name}`)))).toEqual([]);
  });

  test('accepts tokens of every region, its own first, each client by one name', () => {
    for (const region of regions) {
      const authorizer = resourcesOf([stackOf(stacks, `${region}/GatewayService`)], 'AWS::Lambda::Function')[0];
      const { ISSUERS } = Object(authorizer?.Properties['Environment']).Variables;
      const text = [Object(ISSUERS)['Fn::Join'][1]]
        .flat()
        .map((part: unknown) => (typeof part === 'string' ? part : Object(part)['Fn::GetStackOutput'].OutputName))
        .join('');
      const issuers = authorizeRequestEnv.shape.ISSUERS.parse(text);
      const order = [region, ...regions.filter((other) => other !== region)];
      expect(issuers.map(({ issuer }) => new URL(issuer).host)).toEqual(
        order.map((each) => `cognito-idp.${each}.amazonaws.com`),
      );
      for (const { clients } of issuers) expect(Object.values(clients)).toEqual(['store-front']);
    }
  });
});

describe('the lease keeper', () => {
  const keeperOf = (region: string) => stackOf(two, `${region}/RegionsService`);

  test.each([...twoRegions])('of %s is called every minute', (region) => {
    const [rule] = resourcesOf([keeperOf(region)], 'AWS::Events::Rule');
    expect(rule?.Properties).toMatchObject({ ScheduleExpression: 'rate(1 minute)', State: 'ENABLED' });
  });

  test.each([...twoRegions])(
    'of %s may touch no item of another region’s replica but the records about regions',
    (region) => {
      const other = twoRegions.find((name) => name !== region) ?? '';
      const policies = resourcesOf([keeperOf(region)], 'AWS::IAM::Policy').filter(({ logicalId }) =>
        logicalId.startsWith('KeepRegionLease'),
      );
      const foreign = policies
        .flatMap(({ Properties }) => Object(Properties['PolicyDocument']).Statement as readonly object[])
        .filter((statement) => JSON.stringify(Reflect.get(statement, 'Resource')).includes(`:dynamodb:${other}:`));
      expect(foreign).toMatchObject([
        {
          Action: 'dynamodb:Query',
          Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['region/*'] } },
        },
      ]);
      expect(Reflect.get(foreign[0] ?? {}, 'Resource')).toHaveLength(contexts.length);
    },
  );
});

describe('the workflows that evacuate a region and let it back in', () => {
  const callsOf = (region: string): readonly string[] =>
    resourcesOf([stackOf(two, `${region}/RegionsService`)], 'AWS::StepFunctions::StateMachine').map(({ Properties }) =>
      JSON.stringify(Properties['DefinitionString']),
    );

  test.each([...twoRegions])('are there in %s, and call only functions of that region', (region) => {
    const machines = callsOf(region);
    expect(machines).toHaveLength(2);
    for (const machine of machines) {
      expect(machine).not.toContain(twoRegions.find((name) => name !== region));
      for (const context of publishing) expect(machine).toContain(`Tenfold-Prod-${region}-${context}Service`);
    }
  });

  test.each([...twoRegions])('of %s: only the fence may be written right into another region’s replicas', (region) => {
    const other = twoRegions.find((name) => name !== region) ?? '';
    const writers = resourcesOf([stackOf(two, `${region}/RegionsService`)], 'AWS::IAM::Policy').filter(
      ({ Properties }) =>
        (Object(Properties['PolicyDocument']).Statement as readonly object[]).some(
          (statement) =>
            JSON.stringify(Reflect.get(statement, 'Action')).includes('dynamodb:Put') &&
            JSON.stringify(Reflect.get(statement, 'Resource')).includes(`:dynamodb:${other}:`),
        ),
    );
    expect(writers.map(({ logicalId }) => logicalId)).toEqual([expect.stringMatching(/^FenceRegionRole/)]);
  });
});

describe('the second region', () => {
  const like = namesIn(two, 'sa-east-1').filter(
    (name) => name !== 'BackboneData' && !/^(?!Backbone)\w+Data$/.test(name),
  );

  test.each(like)('has a %s like the first', (name) => {
    const second = withRegionsSwapped(stackOf(two, `us-east-1/${name}`), two, twoRegions);
    expect(second).toEqual(withRegionsSwapped(stackOf(two, `sa-east-1/${name}`), two, ['nowhere-1', 'nowhere-2']));
  });

  test('looks each context’s table up in the same way', () => {
    const [ordering, ...others] = ['Ordering', ...publishing].map((context) => {
      const text = JSON.stringify(stackOf(two, `us-east-1/${context}Data`).template);
      return text.replaceAll(context, '<Context>').replaceAll(context.toLowerCase(), '<context>');
    });
    for (const other of others) expect(other).toBe(ordering);
  });
});

describe('a third region', () => {
  const isNew = ({ region }: SynthesizedStack) => region === 'eu-west-1';

  test('comes with stacks of its own and takes none away', () => {
    expect(
      three
        .filter((stack) => !isNew(stack))
        .map(({ id }) => id)
        .sort(),
    ).toEqual(two.map(({ id }) => id).sort());
    expect(three.filter(isNew)).toHaveLength(30);
  });

  test('is one issuer more to the gateways, one more place to copy assets and records of accesses to, one more region to those who guard them and to who reads positions, one peer more to who cancels orders, and changes no other service', () => {
    const changed = three
      .filter((stack) => !isNew(stack) && !/Data$/.test(stack.name))
      .filter(({ id, template }) => JSON.stringify(template) !== JSON.stringify(stackOf(two, id).template));
    expect(changed.map(({ id }) => id).sort()).toEqual(
      twoRegions.flatMap((region) => [
        `${region}/ActivityService`,
        `${region}/AssetsService`,
        `${region}/AuditAccessCopies`,
        `${region}/AuditSecurityCopies`,
        `${region}/AuditStore`,
        `${region}/GatewayService`,
        `${region}/OrderingService`,
        `${region}/PrivacyService`,
        `${region}/RegionsService`,
      ]),
    );
  });

  test('changes the first region’s data by one replica a table and of the secret of tokens, and the second’s not at all', () => {
    const changed = three
      .filter((stack) => !isNew(stack) && /Data$/.test(stack.name))
      .filter(({ id, template }) => {
        return JSON.stringify(template) !== JSON.stringify(stackOf(two, id).template);
      });
    expect(changed.map(({ id }) => id).sort()).toEqual(withTable.map((context) => `sa-east-1/${context}Data`));
    for (const { id, template } of changed) {
      expect(withoutReplica(template, 'eu-west-1')).toEqual(stackOf(two, id).template);
      const regions = resourcesOf([stackOf(three, id)], 'AWS::DynamoDB::GlobalTable').flatMap(replicaRegions);
      expect([...regions].sort()).toEqual(['eu-west-1', ...twoRegions].sort());
    }
  });
});
