export { BackboneAlarmsStack } from './backbone-alarms-stack';
export { BackboneDataStack } from './backbone-data-stack';
