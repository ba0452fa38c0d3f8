/** Under which name the authorizer knows the stage's machine client, whichever region's user pool it is in: orders belong to this name. */
export const storeFront = 'store-front';
