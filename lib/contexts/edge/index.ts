export { EdgeDataStack } from './edge-data-stack';
export { EdgeServiceStack } from './edge-service-stack';
export { type EdgeRegion, EdgeStack } from './edge-stack';
