import { GetAliasCommand, type LambdaClient, PublishVersionCommand, UpdateAliasCommand } from '@aws-sdk/client-lambda';

/** The alias by which functions are called. */
export const LIVE = 'live';

/** Description of a version that a drill has made. */
export const MADE_BY_A_DRILL = 'a drill has made this version';

/** The version that all calls of a function go to. */
export const liveVersion = async (lambda: LambdaClient, FunctionName: string): Promise<string | undefined> =>
  (await lambda.send(new GetAliasCommand({ FunctionName, Name: LIVE }))).FunctionVersion;

/** Sends all calls of a function to a version. */
export const goLive = async (
  lambda: LambdaClient,
  FunctionName: string,
  FunctionVersion: string | undefined,
): Promise<void> => {
  await lambda.send(new UpdateAliasCommand({ FunctionName, Name: LIVE, FunctionVersion }));
};

/** Makes a version of what a function is now, to which no call goes yet, and answers its number. */
export const publishLatest = async (lambda: LambdaClient, FunctionName: string): Promise<string> => {
  const { Version } = await lambda.send(new PublishVersionCommand({ FunctionName, Description: MADE_BY_A_DRILL }));
  if (Version === undefined) throw new TypeError(`Lambda published a version of ${FunctionName} without a number`);
  return Version;
};
