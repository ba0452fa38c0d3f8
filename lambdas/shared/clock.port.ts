/** The only source of time for business code. */
export interface Clock {
  now(): Date;
}
