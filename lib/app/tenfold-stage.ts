import { RemovalPolicy, Stage, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { setServiceDefaults } from '../constructs/service-defaults';
import type { StageConfig, StageName } from './stage-config';
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
    for (const region of regions) region.addContexts(regions);
  }
}
