import type { ClientLocation } from './client-location';

/** Round trips in milliseconds between a continent's clients and the regions of a part of the world. Made up to be plausible. */
const byContinent: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  SA: { sa: 25, us: 125, mx: 135, ca: 140, eu: 200, af: 330, il: 240, me: 270, ap: 310 },
  NA: { us: 40, ca: 45, mx: 60, eu: 105, sa: 135, il: 160, ap: 170, me: 200, af: 230 },
  EU: { eu: 25, il: 60, us: 100, ca: 105, me: 110, af: 155, mx: 160, sa: 200, ap: 210 },
  AF: { af: 30, eu: 140, me: 160, il: 170, us: 225, ca: 235, ap: 270, mx: 280, sa: 330 },
  AS: { ap: 60, me: 110, il: 150, eu: 180, us: 190, ca: 200, mx: 230, af: 270, sa: 310 },
  OC: { ap: 60, us: 160, mx: 200, ca: 205, me: 250, eu: 270, il: 290, sa: 310, af: 330 },
  AN: { sa: 280, af: 300, ap: 310, us: 350, mx: 360, ca: 380, eu: 400, me: 420, il: 430 },
};

/** Clients whose continent says too little about them. */
const byCountry: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  VE: { us: 70, sa: 120 },
  CO: { us: 65, sa: 115 },
  IN: { ap: 35, me: 60 },
};

const FAR_MILLISECONDS = 500;

/**
 * Milliseconds from a client to a region, for latency records. Of a client that no table knows it is assumed that it is
 * in North America, as most resolvers of the world are.
 */
export const regionLatency = (region: string, location?: ClientLocation): number => {
  const part = region.split('-')[0] ?? '';
  const { continent = 'NA', country = '' } = location ?? {};
  return byCountry[country]?.[part] ?? byContinent[continent]?.[part] ?? FAR_MILLISECONDS;
};
