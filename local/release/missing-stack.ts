import { CloudFormationServiceException } from '@aws-sdk/client-cloudformation';

/** Whether CloudFormation says that a stack does not exist; it has no error of its own for that. */
export const isMissingStack = (error: unknown): boolean =>
  error instanceof CloudFormationServiceException && error.name === 'ValidationError';
