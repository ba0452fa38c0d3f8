export { OrderingDataStack } from './ordering-data-stack';
export { OrderingServiceStack } from './ordering-service-stack';
