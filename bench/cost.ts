import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { z } from 'zod';
import type { StageSettings } from '../lib/app/stage-config';
import { stageConfig } from '../lib/app/stages';
import { TenfoldStage } from '../lib/app/tenfold-stage';
import { bundleLambdas } from '../lib/build/bundle-lambdas';
import { bundleDirectory, projectRoot } from '../lib/build/bundle-paths';
import { type CostLine, idleCost, orderCost, type PricedResource, total } from './cost/cost-model';
import { orderUsage } from './cost/order-usage';
import prices from './cost/prices.json';

const template = z.looseObject({
  Resources: z.record(
    z.string(),
    z.looseObject({
      Type: z.string(),
      Properties: z.record(z.string(), z.unknown()).optional(),
      Metadata: z.record(z.string(), z.unknown()).optional(),
    }),
  ),
});

const json = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

/** The templates of a stage in its first region, as `cdk synth` writes them. */
const resourcesOf = (stage: string): readonly PricedResource[] => {
  const own = join(projectRoot, 'config', `${stage}.json`);
  const example = join(projectRoot, 'config', `${stage}.example.json`);
  const file = [own, example].find((path) => existsSync(path));
  const { context } = z
    .looseObject({ context: z.record(z.string(), z.unknown()) })
    .parse(json(join(projectRoot, 'cdk.json')));
  // stageConfig checks every field itself; the cast only names what it takes.
  const config = stageConfig(stage, file === undefined ? {} : (json(file) as StageSettings), file);
  const [region] = config.regions;
  const outdir = mkdtempSync(join(tmpdir(), 'tenfold-cost-'));
  try {
    const app = new App({ outdir, context: { ...context, 'aws:cdk:enable-path-metadata': true } });
    const { stacks } = new TenfoldStage(app, TenfoldStage.idFor(config.name), { config }).synth();
    const inRegion = stacks.filter(({ environment }) => environment.region === region);
    return inRegion.flatMap((stack) => Object.values(template.parse(stack.template).Resources));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
};

const amount = (value: number, digits = 2): string => value.toFixed(digits);

const table = (heading: string, lines: readonly CostLine[]): string =>
  [
    `| ${heading} | Unit | Quantity | USD | Source |`,
    '|---|---|---:|---:|---|',
    ...lines.map(({ what, price, quantity, usd }) => {
      const rounded = Number.isInteger(quantity) ? String(quantity) : amount(quantity, 3);
      return `| ${what} | ${price.unit} | ${rounded} | ${amount(usd)} | [${price.page}](${price.source}) |`;
    }),
    `| **Total** | | | **${amount(total(lines))}** | |`,
  ].join('\n');

const main = async (stage: string): Promise<void> => {
  if (!existsSync(bundleDirectory)) await bundleLambdas();
  const resources = resourcesOf(stage);
  console.log(`Stage ${stage}, one region. Prices of ${prices.region}, ${prices.asOf}. ${prices.note}\n`);
  console.log(`${table('A month without orders', idleCost(resources, prices))}\n`);
  console.log(`${table('A million orders', orderCost(resources, prices, orderUsage))}\n`);
  console.log(`Quantities of the second table are per order. Not counted: ${prices.notCounted}\n`);
  console.log(
    'What confirms each price beside the page of AWS, which mostly shows it by script, is in `bench/cost/prices.json`.',
  );
};

main(process.argv[2] ?? 'prod').catch((error: unknown) => {
  console.error(error instanceof Error ? `${error.name}: ${error.message}` : error);
  process.exitCode = 1;
});
