import { charge } from './charge-command';
import { measureBatches } from './measure-batches';
import { measuredConsumer } from './measured-consumer';

void measureBatches(measuredConsumer(({ data }) => charge(data)));
