export { LoyaltyServiceStack } from './loyalty-service-stack';
