/** The log line of a consumer that has parked a message; a metric filter counts it by its field `consumer`. */
export const messageParked = 'message parked';
