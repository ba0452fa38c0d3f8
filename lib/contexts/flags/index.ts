export { FlagsServiceStack } from './flags-service-stack';
