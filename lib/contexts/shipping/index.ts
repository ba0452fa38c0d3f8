export { ShippingDataStack } from './shipping-data-stack';
export { ShippingServiceStack } from './shipping-service-stack';
