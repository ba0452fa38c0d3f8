/** The process is gone. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

type Method = (...given: never[]) => Promise<unknown>;

/**
 * Ports whose process is killed at a call: on the way there or, as often, on the way back, when the call has done its work. `onCall` is told of each call before
 * it begins, and may wait: what others do meanwhile.
 */
export const crashingPorts = (killAt: number, onCall: (call: number) => Promise<void> = async () => undefined) => {
  let calls = 0;
  let dead = false;
  const around = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return async (...given: never[]) => {
          const call = (calls += 1);
          // Calls that the same process had under way end with it.
          if (dead) throw new Killed();
          await onCall(call);
          if (call === killAt && call % 2 === 0) dead = true;
          if (dead) throw new Killed();
          const answer = await (member as Method).apply(target, given);
          if (call === killAt) dead = true;
          if (dead) throw new Killed();
          return answer;
        };
      },
    });
  return { around, calls: () => calls };
};
