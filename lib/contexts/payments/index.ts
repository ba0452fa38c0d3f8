export { PaymentsServiceStack } from './payments-service-stack';
