/** How accesses by a route are recorded; part of its contract. */
export interface AccessDeclaration<Request> {
  /** For example `order.read`. */
  readonly action: string;
  /** Why the route touches the data, for example `order-handling`. */
  readonly purpose: string;
  /** Whose or what is accessed, for example `order/<uuid>`: never personal data itself. */
  readonly subject: (request: Request) => string;
}
