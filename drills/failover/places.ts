import { CLIENT_PATIENCE } from './store-client';
import { FACTOR } from './world';

/** Where clients are. */
export const places = [
  { continent: 'South America', subnet: '192.0.2.0/24' },
  { continent: 'North America', subnet: '198.51.100.0/24' },
  { continent: 'Europe', subnet: '198.18.0.0/24' },
] as const;
/** Comes to a region that was evacuated as long as that lets it, and has to wait for its return. */
export const stubborn = {
  continent: 'North America, an address kept for ever',
  subnet: '198.51.100.0/24',
  keepsAddress: true,
};
/** How long that one tries. */
export const STUBBORN_PATIENCE_MILLISECONDS = 600_000;
/** Those whose clients go to the region that goes dark. */
export const hitContinents = ['North America', 'Europe'] as const;
/** Clients at each place. */
export const CLIENTS_A_PLACE = 2;

/** The 99th percentile of what `npm run bench -- detection-time` finds for the deployed settings, in seconds, at their own pace. */
const DETECTION_SECONDS = 100;
/** How long clients may be without the store: the detection, and a client's last request before, and its first after. */
export const RECOVERY_SECONDS = DETECTION_SECONDS / FACTOR + (2 * CLIENT_PATIENCE) / 1000;
