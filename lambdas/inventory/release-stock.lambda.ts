import { dynamoDb } from '../shared/dynamodb-client';
import { DynamoDbRegionGate } from '../shared/dynamodb-region-gate.adapter';
import { readEnv } from '../shared/read-env';
import { sagaStep } from '../shared/saga-step';
import { systemClock as clock } from '../shared/system-clock.adapter';
import { DynamoDbReservationLedger } from './dynamodb-reservation-ledger.adapter';
import { releaseStockData, releaseStockEnv } from './release-stock.contract';
import { releaseStock } from './release-stock.use-case';

const { INVENTORY_TABLE: tableName, AWS_REGION: region } = readEnv(releaseStockEnv);
const gate = new DynamoDbRegionGate(dynamoDb(), { tableName, region, clock });
const ledger = new DynamoDbReservationLedger(dynamoDb(), { tableName, region, clock, gate });

export const handler = sagaStep(releaseStockData, releaseStock({ ledger, clock }), { gate });
