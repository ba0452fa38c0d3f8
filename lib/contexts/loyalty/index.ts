export { LoyaltyDataStack } from './loyalty-data-stack';
export { LoyaltyServiceStack } from './loyalty-service-stack';
