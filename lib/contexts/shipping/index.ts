export { ShippingServiceStack } from './shipping-service-stack';
