export { GatewayServiceStack } from './gateway-service-stack';
