import { dynamoDb } from '../shared/dynamodb-client';
import { DynamoDbRegionGate } from '../shared/dynamodb-region-gate.adapter';
import { readEnv } from '../shared/read-env';
import { sagaStep } from '../shared/saga-step';
import { systemClock as clock } from '../shared/system-clock.adapter';
import { DynamoDbReservationLedger } from './dynamodb-reservation-ledger.adapter';
import { reserveStockData, reserveStockEnv } from './reserve-stock.contract';
import { reserveStock } from './reserve-stock.use-case';

const { INVENTORY_TABLE: tableName, AWS_REGION: region } = readEnv(reserveStockEnv);
const gate = new DynamoDbRegionGate(dynamoDb(), { tableName, region, clock });
const ledger = new DynamoDbReservationLedger(dynamoDb(), { tableName, region, clock, gate });

export const handler = sagaStep(reserveStockData, reserveStock({ ledger, clock }), { gate });
