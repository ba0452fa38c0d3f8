import { MissingResourceError } from '../harness/deployed-system';
import { countAssets, putAssets } from './check-assets';
import { localOf, type Scene } from './scene';

/** The bucket that assets come from is lost in three ways. */
export const assetsLost = async ({ run, world, recoveries }: Scene): Promise<void> => {
  const { system, progress, random } = run;
  const { control } = localOf(run);
  const { assets: front } = world.services.status();
  if (front === undefined) throw new MissingResourceError('the deployed stage serves no assets');
  progress.phase('put assets, and lose the bucket that they come from');
  const { region } = system.cloud;
  const assets = await putAssets(system, front.url, random.fork('assets').uuid());
  const goAs = (mode: 'refused' | 'blackhole' | 'error') => async (gone: boolean) => {
    await control.putRegion(region, gone ? mode : 'light');
  };
  recoveries.push(
    ...(await countAssets(assets, [
      ['refused', goAs('refused')],
      ['silent', goAs('blackhole')],
      ['answering 5xx', goAs('error')],
    ])),
  );
};
