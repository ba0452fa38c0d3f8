export { AssetsDataStack } from './assets-data-stack';
export { AssetsServiceStack } from './assets-service-stack';
export { AssetsStack } from './assets-stack';
