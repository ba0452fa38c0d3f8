export { IdentityStack } from './identity-stack';
