export { BackboneDataStack } from './backbone-data-stack';
