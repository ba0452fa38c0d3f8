export { PaymentsDataStack } from './payments-data-stack';
export { PaymentsServiceStack } from './payments-service-stack';
