import { charge } from './charge-command';
import { measureBatches } from './measure-batches';
import { measuredConsumer } from './measured-consumer';

void measureBatches(measuredConsumer(async ({ data }) => charge(data)));
