import type {
  CaseOpening,
  Discard,
  NumberedMessage,
  ParkedMessage,
  Parking,
} from '../../../lambdas/shared/parking.port';
import type { CrashPoint } from './crash-points';
import type { SimulatedProcess } from './simulated-process';

/** The crash points a process passes while it parks and re-drives. */
export interface ParkingPoints {
  readonly reading?: CrashPoint;
  readonly beforePark?: CrashPoint;
  readonly afterPark?: CrashPoint;
  readonly appending?: CrashPoint;
  readonly handled?: CrashPoint;
  readonly closing?: CrashPoint;
  readonly closed?: CrashPoint;
}

/** The parking of one process: what it wrote stays, whatever becomes of the process. */
export class CrashingParking implements Parking {
  constructor(
    private readonly inner: Parking,
    private readonly process: SimulatedProcess,
    private readonly points: ParkingPoints,
  ) {}

  async openFor(groups: readonly string[]): Promise<ReadonlyMap<string, string>> {
    await this.pass(this.points.reading);
    return this.inner.openFor(groups);
  }

  async park(opening: CaseOpening): Promise<string> {
    await this.pass(this.points.beforePark);
    const caseId = await this.inner.park(opening);
    await this.pass(this.points.afterPark);
    return caseId;
  }

  async append(caseId: string, messages: readonly ParkedMessage[]): Promise<void> {
    await this.pass(this.points.appending);
    await this.inner.append(caseId, messages);
    await this.pass(this.points.appending);
  }

  messages(caseId: string): Promise<readonly NumberedMessage[]> {
    return this.inner.messages(caseId);
  }

  async done(caseId: string, number: number): Promise<void> {
    await this.pass(this.points.handled);
    await this.inner.done(caseId, number);
  }

  discard(caseId: string, number: number, why: Discard): Promise<void> {
    return this.inner.discard(caseId, number, why);
  }

  async close(caseId: string, closedAs: string): Promise<boolean> {
    await this.pass(this.points.closing);
    const closed = await this.inner.close(caseId, closedAs);
    await this.pass(this.points.closed);
    return closed;
  }

  private pass(point: CrashPoint | undefined): Promise<void> | undefined {
    return point && this.process.pass(point);
  }
}
