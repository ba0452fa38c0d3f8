import { OpenFeatureFlags } from '../../lambdas/shared/openfeature-flags.adapter';
import { constantFlags } from './constant-flags';
import { FLAG, measureEvaluations } from './measure-evaluations';

const provider = constantFlags();
const flags = new OpenFeatureFlags(provider, provider.initialize());

void measureEvaluations((clientId) => flags.valueFor({ key: FLAG, default: false }, clientId));
