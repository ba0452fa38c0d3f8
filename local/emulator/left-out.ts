import type { EmulatorKind } from './emulator-kind';

/** Something that the emulator does not do. */
export interface Gap {
  /** What works on AWS and not here, for people. */
  readonly what: string;
  /** CloudFormation resources that are taken out of the templates because the emulator refuses them. */
  readonly leavesOut?: (resource: { readonly Type: string; readonly Properties?: object }) => boolean;
}

const isOf = (...types: string[]) => {
  const known = new Set(types);
  return ({ Type }: { readonly Type: string }): boolean => known.has(Type);
};

const codeDeploy = isOf(
  'AWS::CodeDeploy::Application',
  'AWS::CodeDeploy::DeploymentConfig',
  'AWS::CodeDeploy::DeploymentGroup',
);

/**
 * The one list of what is missing on each emulator. Templates are deployed without the resources it names, `npm start`
 * prints it, and nothing else in the project knows which emulator it runs on.
 */
export const gaps: Readonly<Record<EmulatorKind, readonly Gap[]>> = {
  ministack: [
    {
      what: 'alarms on metric math, and composite alarms, are left out of the stacks',
      leavesOut: (resource) =>
        resource.Type === 'AWS::CloudWatch::CompositeAlarm' ||
        (resource.Type === 'AWS::CloudWatch::Alarm' && 'Metrics' in (resource.Properties ?? {})),
    },
    {
      what: 'alarms on metrics of AWS that nothing here publishes, as the age of a table’s stream, stay as they are',
    },
    {
      what: 'the ready queries of Athena are left out of the stacks',
      leavesOut: isOf('AWS::Athena::NamedQuery'),
    },
    { what: 'the gateway does not refuse requests without their required parameters: the functions do' },
    {
      what: 'CloudFront writes no access log, and X-Ray shows no traces and takes no sampling rules',
      leavesOut: isOf(
        'AWS::Logs::Delivery',
        'AWS::Logs::DeliveryDestination',
        'AWS::Logs::DeliverySource',
        'AWS::XRay::SamplingRule',
      ),
    },
    {
      what: 'there is no CloudTrail: who touches the store of the audit trail is not logged, and no change of its rights rings',
      leavesOut: isOf('AWS::CloudTrail::Trail'),
    },
    { what: 'a repeated SNS deduplication id is delivered again: what you see deduplicated was so by the inbox' },
    {
      what: 'CodeDeploy is played, for Lambda: its time, and that of the alarms it watches, passes 10 times as fast; what CloudFormation rolls back because of something else goes back at once',
    },
    { what: 'an error thrown by a function is always called Runtime.HandlerError' },
    { what: 'a FIFO queue feeds one batch at a time to its function: throughput here says nothing of AWS' },
    {
      what: 'a schedule of one minute fires every 6 seconds, and the lease of a region lasts 40 seconds instead of five minutes',
    },
    { what: 'a minute of a flag deployment lasts two seconds, as one that Firehose collects records for' },
    { what: 'nothing is encrypted at rest, so rights on keys are never asked for' },
    { what: 'transport is plain HTTP on this machine; policies see it as TLS' },
    { what: 'all regions are one process: a write is in the other regions 50 ms later at most, unless told otherwise' },
  ],
  localstack: [
    { what: 'one region: tables and keys have no replicas, so only the stage’s first region is deployed' },
    {
      what: 'types that its community edition does not know are left out of the stacks',
      leavesOut: isOf(
        'AWS::Athena::NamedQuery',
        'AWS::Athena::WorkGroup',
        'AWS::CloudTrail::Trail',
        'AWS::CloudWatch::Dashboard',
        'AWS::CloudWatch::CompositeAlarm',
        'AWS::Glue::Database',
        'AWS::Glue::Table',
      ),
    },
    {
      what: 'there is no CodeDeploy: a new version has all traffic at once, and no hook is called',
      leavesOut: codeDeploy,
    },
    { what: 'without Cognito (community edition) no access token can be had, so the API refuses every call' },
    { what: 'IAM is not enforced: a missing grant goes unnoticed' },
    { what: 'cross-stack references are exports and imports: it does not know Fn::GetStackOutput' },
    { what: 'no usage-plan throttling; schedules never fire' },
    { what: 'without AppConfig (community edition) flags are what their defaults in code say' },
  ],
};
