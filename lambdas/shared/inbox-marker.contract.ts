/**
 * Age, in seconds, up to which a delivery that meets an inbox marker leaves it alone; an older one begins its lifetime anew.
 * A repetition soon after the first delivery, which most are, so costs no write.
 */
export const INBOX_RENEWAL_SECONDS = 86_400;
