import { EventEmitter } from 'node:events';
import { GenericEventEmitter, type ServerProviderEvents } from '@openfeature/core';

/**
 * How a provider tells OpenFeature what happens to it. The same as `OpenFeatureEventEmitter` of the server SDK, which would bring its client and all
 * it needs into the bundle of every function that reads a flag: 18 KB.
 */
export class FlagEvents extends GenericEventEmitter<ServerProviderEvents> {
  protected readonly eventEmitter = new EventEmitter({ captureRejections: true });

  constructor() {
    super();
    this.eventEmitter.on('error', (error: unknown) =>
      this._logger?.error('a handler of flag events has failed:', error),
    );
  }
}
