export { OrderingServiceStack } from './ordering-service-stack';
