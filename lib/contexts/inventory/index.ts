export { InventoryDataStack } from './inventory-data-stack';
export { InventoryServiceStack } from './inventory-service-stack';
