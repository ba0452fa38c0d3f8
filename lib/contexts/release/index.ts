export { judgeSeconds } from './judge-workflow';
export { type ReleasePace, ReleaseServiceStack } from './release-service-stack';
