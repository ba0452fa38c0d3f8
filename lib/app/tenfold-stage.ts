import { RemovalPolicy, Stage, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { setServiceDefaults } from '../constructs/service-defaults';
import type { StageConfig, StageName } from './stage-config';
import { TenfoldGlobal } from './tenfold-global';
import { TenfoldRegion } from './tenfold-region';

export interface TenfoldStageProps {
  readonly config: StageConfig;
}

/** All stacks of one stage, in all of its regions: references across regions cannot leave a CDK stage. */
export class TenfoldStage extends Stage {
  /** The construct id of a stage, which is also what the names of its stacks begin with: `Tenfold-Local`. */
  public static idFor(stage: StageName): string {
    return `Tenfold-${stage.charAt(0).toUpperCase()}${stage.slice(1)}`;
  }

  constructor(scope: Construct, id: string, { config }: TenfoldStageProps) {
    super(scope, id, { env: { account: config.account } });
    setServiceDefaults(this, {
      logRetention: config.logRetentionDays,
      removalPolicy: config.removalPolicy === 'retain' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      faultInjection: config.faultInjection,
    });
    Tags.of(this).add('tenfold:stage', config.name);
    const [first, ...rest] = config.regions;
    const primary = new TenfoldRegion(this, first, { config, region: first, stageId: id });
    const others = rest.map((region) => new TenfoldRegion(this, region, { config, region, stageId: id, primary }));
    const regions = [primary, ...others];
    const alarms = regions.find(({ region }) => region === TenfoldGlobal.region)?.alarms;
    const global = new TenfoldGlobal(this, 'global', { config, stageId: id, ...(alarms && { alarms }) });
    const edges = regions.map((region) => region.addContexts(regions, global));
    global.addEdge(edges.filter((edge) => edge !== undefined));
    for (const region of regions) region.replicateRecords(regions.filter((other) => other !== region));
    const buckets = regions.map((region) => ({ region, bucket: region.addAssets(global.distributionArn) }));
    for (const { region, bucket } of buckets) {
      const others = buckets.filter((other) => other.region !== region).map((other) => other.bucket);
      region.replicateAssets(bucket, others);
    }
  }
}
