export { AuditCopiesStack } from './audit-copies-stack';
export { AuditServiceStack } from './audit-service-stack';
export { AuditStoreStack } from './audit-store-stack';
