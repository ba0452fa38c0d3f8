import { AppConfigDataClient } from '@aws-sdk/client-appconfigdata';
import { clientDefaults } from './client-defaults';

let made: AppConfigDataClient | undefined;

/** The process's client for AppConfig's data plane; made at the first call. */
export const appConfigData = (): AppConfigDataClient => {
  made ??= new AppConfigDataClient(clientDefaults);
  return made;
};
