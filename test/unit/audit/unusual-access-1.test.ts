import { simulatedWeeksSuite } from './unusual-access-suite';

simulatedWeeksSuite(Array.from({ length: 10 }, (_, index) => index + 1));
