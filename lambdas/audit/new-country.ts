import type { AccessRule } from './access-rule';
import { isUsual } from './seen-days';

/** From a country the actor has never been seen in. No decision without a country, or while none is usual. */
export const newCountry: AccessRule = {
  name: 'new-country',
  serves: ['SOC 2 CC6.6', 'SOC 2 CC7.2', 'LGPD art. 46'],
  severity: 'high',
  explanation: 'An actor accesses data from a country that is new for the actor: somebody else may hold the token.',
  judge: ({ access: { country }, day, usual }) => {
    if (country === undefined || usual === undefined) return undefined;
    const known = Object.keys(usual.countries).filter((code) => isUsual(usual.countries[code], day));
    if (known.length === 0 || known.includes(country)) return undefined;
    return { once: 'day', about: country, facts: { country, usual: known.sort().join(' ') } };
  },
};
