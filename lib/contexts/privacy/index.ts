export { PrivacyDataStack } from './privacy-data-stack';
export { PrivacyServiceStack } from './privacy-service-stack';
