export { ActivityServiceStack } from './activity-service-stack';
export { ActivityStreamsStack } from './activity-streams-stack';
