/** Ends the emulator if this test run has started it; one that was running before stays up. */
export default async function stopLocalCloud(): Promise<void> {
  await globalThis.tenfoldCloud?.stop();
}
