export { judgeSeconds } from './judge-workflow';
export { ReleaseServiceStack } from './release-service-stack';
