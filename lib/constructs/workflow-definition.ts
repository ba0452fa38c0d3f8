/** A state machine of the Amazon States Language (https://states-language.net), JSONata flavour. */
export interface WorkflowDefinition {
  readonly Comment: string;
  readonly QueryLanguage: 'JSONata';
  readonly StartAt: string;
  readonly TimeoutSeconds: number;
  readonly States: Readonly<Record<string, WorkflowState>>;
}

/** One state of it. */
export interface WorkflowState {
  readonly Type: 'Task' | 'Choice' | 'Pass' | 'Wait' | 'Map' | 'Fail';
  readonly [field: string]: unknown;
}
