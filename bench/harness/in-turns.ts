/**
 * Reads every contestant once, then every one a second time, and so on: what disturbs the machine for a while disturbs
 * all of them. The order turns round with each round, so that none always runs in the shadow of the same other.
 * @returns the readings of each contestant, in the order they were taken
 */
export const inTurns = async <Name extends string, Reading>(
  rounds: number,
  contestants: { readonly [Key in Name]: (round: number) => Promise<Reading> },
): Promise<{ [Key in Name]: Reading[] }> => {
  const names = Object.keys(contestants) as Name[];
  const readings = {} as { [Key in Name]: Reading[] };
  for (const name of names) readings[name] = [];
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? names : names.toReversed();
    for (const name of order) readings[name].push(await contestants[name](round));
  }
  return readings;
};
