export { RegionsServiceStack } from './regions-service-stack';
