/** Things that happen at a later virtual time: a binary heap, ties in the order they were added. */
export class Timeline {
  private readonly heap: { readonly at: number; readonly order: number; readonly happen: () => void }[] = [];
  private added = 0;

  get size(): number {
    return this.heap.length;
  }

  /** When the next thing happens, or Infinity. */
  get next(): number {
    return this.heap[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  add(at: number, happen: () => void): void {
    const { heap } = this;
    let index = heap.push({ at, order: this.added++, happen }) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.before(index, parent)) break;
      this.swap(index, parent);
      index = parent;
    }
  }

  /** Lets everything happen that is due. */
  run(now: number): void {
    while (this.next <= now) this.pop()?.happen();
  }

  private pop() {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    heap[0] = last;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const right = left + 1;
      let least = index;
      if (left < heap.length && this.before(left, least)) least = left;
      if (right < heap.length && this.before(right, least)) least = right;
      if (least === index) return first;
      this.swap(index, least);
      index = least;
    }
  }

  private before(left: number, right: number): boolean {
    const [one, other] = [this.heap[left], this.heap[right]];
    if (!one || !other) return false;
    return one.at < other.at || (one.at === other.at && one.order < other.order);
  }

  private swap(left: number, right: number): void {
    const [one, other] = [this.heap[left], this.heap[right]];
    if (!one || !other) return;
    this.heap[left] = other;
    this.heap[right] = one;
  }
}
