/** An event, and the regions that have published it. */
export interface PublishedFact {
  readonly subject: string;
  readonly regions: Set<string>;
}

/** What all the topics have told, as somebody outside of all regions hears it. */
export class PublishedFacts {
  /** By the event's id. */
  readonly told = new Map<string, PublishedFact>();
  private readonly ids = new Map<string, Set<string>>();

  tell(region: string, subject: string, type: string, id: string): void {
    const fact = this.told.get(id) ?? { subject, regions: new Set() };
    this.told.set(id, fact);
    fact.regions.add(region);
    const kind = `${subject} ${type}`;
    const known = this.ids.get(kind) ?? new Set();
    this.ids.set(kind, known);
    known.add(id);
  }

  /** How many different events of a type tell of a subject. */
  count(subject: string, type: string): number {
    return this.ids.get(`${subject} ${type}`)?.size ?? 0;
  }
}
