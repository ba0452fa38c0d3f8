/** A customer, whom the trail calls by their token: it outlives an erasure, and whoever reads it knows no customers. */
export interface CustomerSubject {
  readonly customerId: string;
}

/** How accesses by a route are recorded; part of its contract. */
export interface AccessDeclaration<Request> {
  /** For example `order.read`. */
  readonly action: string;
  /** Why the route touches the data, for example `order-handling`. */
  readonly purpose: string;
  /** Whose or what is accessed, for example `order/<uuid>`: never personal data itself. A customer is recorded as `customer/<token>`. */
  readonly subject: (request: Request) => string | CustomerSubject;
}
