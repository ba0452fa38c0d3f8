/** What an earlier wave needs of a later one: deployed before all of them. */
export const foundationWave = 'foundation';

/** What needs all regions: deployed after all of them. */
export const completionWave = 'completion';

/** What a wave of regions is called, for example `us-east-1` or `eu-west-1+us-east-1`. */
export const waveName = (regions: readonly string[]): string => regions.join('+');

/** The regions of a wave that is called so. */
export const regionsOfWave = (name: string): readonly string[] => name.split('+');
