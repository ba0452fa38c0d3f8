/**
 * Takes the place of the SDK's reading of `~/.aws/config` and `~/.aws/credentials`, 3 KB and two file reads a cold start.
 *
 * Safe because Lambda has no such files, and configuration comes from the environment or from code. Answers as the original does when nothing
 * is found: an error that tells the SDK's chain of providers to try the next one, which is the option's default.
 */
export const fromSharedConfigFiles = () => () =>
  Promise.reject(Object.assign(new Error('functions have no shared configuration files'), { tryNextLink: true }));
