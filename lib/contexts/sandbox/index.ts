export { SandboxStack } from './sandbox-stack';
