import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { z } from 'zod';
import type { StageConfig, StageSettings } from '../lib/app/stage-config';
import { stageConfig } from '../lib/app/stages';
import { TenfoldStage } from '../lib/app/tenfold-stage';
import { bundleLambdas } from '../lib/build/bundle-lambdas';
import { bundleDirectory, projectRoot } from '../lib/build/bundle-paths';
import {
  addedCost,
  type CostLine,
  healthCost,
  idleCost,
  orderCost,
  type PricedResource,
  total,
} from './cost/cost-model';
import { healthUsage, orderUsage } from './cost/order-usage';
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

/** A stage's configuration: one's own, or else the example. */
const configOf = (stage: string): StageConfig => {
  const own = join(projectRoot, 'config', `${stage}.json`);
  const example = join(projectRoot, 'config', `${stage}.example.json`);
  const file = [own, example].find((path) => existsSync(path));
  // stageConfig checks every field itself; the cast only names what it takes.
  return stageConfig(stage, file === undefined ? {} : (json(file) as StageSettings), file);
};

/** The templates of a stage, as `cdk synth` writes them: all of them, and those of its first region. */
const resourcesOf = (config: StageConfig): { all: readonly PricedResource[]; first: readonly PricedResource[] } => {
  const { context } = z
    .looseObject({ context: z.record(z.string(), z.unknown()) })
    .parse(json(join(projectRoot, 'cdk.json')));
  const outdir = mkdtempSync(join(tmpdir(), 'tenfold-cost-'));
  try {
    const app = new App({ outdir, context: { ...context, 'aws:cdk:enable-path-metadata': true } });
    const { stacks } = new TenfoldStage(app, TenfoldStage.idFor(config.name), { config }).synth();
    const resourcesIn = (chosen: typeof stacks) =>
      chosen.flatMap((stack) => Object.values(template.parse(stack.template).Resources));
    const [region] = config.regions;
    return {
      all: resourcesIn(stacks),
      first: resourcesIn(stacks.filter((stack) => stack.environment.region === region)),
    };
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
  const { domain: _domain, hostedZone: _hostedZone, ...nameless } = { ...configOf(stage), accelerateDns: false };
  const named = { ...nameless, domain: 'shop.example.com', hostedZone: 'create' as const };
  const [plain, withDomain] = [resourcesOf(nameless), resourcesOf(named)];
  const idle = idleCost(plain.all, prices);
  const added = [
    ...addedCost(idleCost(withDomain.all, prices), idle),
    ...healthCost(withDomain.all, prices, healthUsage),
  ];
  console.log(
    `Stage ${stage}, all of its regions (${nameless.regions.join(', ')}). Prices of ${prices.region}, ${prices.asOf}. ${prices.note}\n`,
  );
  console.log(`${table('A month without orders', idle)}\n`);
  console.log(`${table('What a domain adds, a month', added)}\n`);
  console.log(`${table('A million orders', orderCost(plain.first, prices, orderUsage))}\n`);
  console.log(
    `Health checkers ask every region's \`/health\` every ten seconds; that is most of what a domain adds. Quantities of the last table are per order. Not counted: ${prices.notCounted}\n`,
  );
  console.log(
    'What confirms each price beside the page of AWS, which mostly shows it by script, is in `bench/cost/prices.json`.',
  );
};

main(process.argv[2] ?? 'prod').catch((error: unknown) => {
  console.error(error instanceof Error ? `${error.name}: ${error.message}` : error);
  process.exitCode = 1;
});
