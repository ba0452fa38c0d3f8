/** What all the topics have told, as somebody outside of all regions hears it. */
export class PublishedFacts {
  /** Ids of events by subject and type. */
  readonly ids = new Map<string, Set<string>>();

  told(subject: string, type: string, id: string): void {
    const fact = `${subject} ${type}`;
    const known = this.ids.get(fact);
    if (known) known.add(id);
    else this.ids.set(fact, new Set([id]));
  }

  /** How many different events of a type tell of a subject. */
  count(subject: string, type: string): number {
    return this.ids.get(`${subject} ${type}`)?.size ?? 0;
  }
}
