/** A growing run of bytes with Avro's primitive encodings (Avro 1.12 specification, "Binary Encoding"). */
export class AvroSink {
  private bytes = Buffer.allocUnsafe(256);
  private length = 0;

  private reserve(size: number): number {
    const at = this.length;
    this.length += size;
    if (this.length > this.bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(this.length, this.bytes.length * 2));
      this.bytes.copy(grown, 0, 0, at);
      this.bytes = grown;
    }
    return at;
  }

  /** Zigzag, then base 128, low groups first. Arithmetic instead of shifts: shifts end at 32 bits. */
  long(value: number): void {
    let zigzag = value < 0 ? -2 * value - 1 : 2 * value;
    while (zigzag > 0x7f) {
      this.byte((zigzag % 0x80) | 0x80);
      zigzag = Math.floor(zigzag / 0x80);
    }
    this.byte(zigzag);
  }

  byte(value: number): void {
    const at = this.reserve(1);
    this.bytes[at] = value;
  }

  float(value: number): void {
    const at = this.reserve(4);
    this.bytes.writeFloatLE(value, at);
  }

  double(value: number): void {
    const at = this.reserve(8);
    this.bytes.writeDoubleLE(value, at);
  }

  raw(value: Uint8Array): void {
    const at = this.reserve(value.length);
    this.bytes.set(value, at);
  }

  string(value: string): void {
    const size = Buffer.byteLength(value);
    this.long(size);
    const at = this.reserve(size);
    this.bytes.write(value, at, size, 'utf8');
  }

  /** A copy that shares no memory with the sink. */
  toBytes(): Uint8Array {
    return new Uint8Array(this.bytes.subarray(0, this.length));
  }
}
