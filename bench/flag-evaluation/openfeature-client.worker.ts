import { OpenFeature } from '@openfeature/server-sdk';
import { constantFlags } from './constant-flags';
import { FLAG, measureEvaluations } from './measure-evaluations';

void OpenFeature.setProviderAndWait(constantFlags()).then(() => {
  const client = OpenFeature.getClient();
  return measureEvaluations((targetingKey) => client.getBooleanValue(FLAG, false, { targetingKey }));
});
