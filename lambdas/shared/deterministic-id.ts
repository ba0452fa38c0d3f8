import { parse, v5 } from 'uuid';

/** Namespace of every id Tenfold derives (RFC 9562 §6.5), parsed once. A change of it would make every repeat a new thing. */
const TENFOLD_NAMESPACE = parse('7e2f01d0-3b5c-4d8e-9a76-10f01d10f01d');

/**
 * UUIDv5 of the parts: the same parts make the same id in every region and at every retry.
 * The parts are joined as a JSON array, so that no two different lists of parts make the same text.
 */
export const deterministicId = (...parts: readonly string[]): string => v5(JSON.stringify(parts), TENFOLD_NAMESPACE);

/** Id of the entity's `sequence`-th event: the same fact has the same id wherever it is stated. */
export const eventIdOf = (subject: string, sequence: number, type: string): string =>
  deterministicId('event', subject, String(sequence), type);
