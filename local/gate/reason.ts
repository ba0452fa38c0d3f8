import { messageOf } from '../message-of';
/** What an error says, on one line. */
export const reasonOf = (error: unknown): string => messageOf(error).replaceAll(/\s+/g, ' ').trim();
