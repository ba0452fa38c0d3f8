export { InventoryServiceStack } from './inventory-service-stack';
