/** What the services between clients and regions are, and what they think of the regions. */
export interface RegionServicesStatus {
  /** By how much health checks are faster than deployed. */
  readonly factor: number;
  readonly regions: readonly {
    readonly region: string;
    /** Base of the deployed API in the emulator. */
    readonly apiUrl: string;
    /** Base of the same API as clients reach it. */
    readonly frontUrl: string;
    /** What DNS answers for it. */
    readonly address: string;
  }[];
  /** Where the name server listens. */
  readonly dns: { readonly address: string; readonly port: number };
  /** Names of the hosted zones that DNS answers for. */
  readonly zones: readonly string[];
  /** Where the assets are served; absent when the stage has none. */
  readonly assets?: { readonly url: string; readonly address: string };
  readonly checks: readonly {
    readonly id: string;
    readonly kind: string;
    readonly host?: string;
    readonly healthy: boolean;
    /** How many of an endpoint's checkers say that it is healthy. */
    readonly votes?: { readonly healthy: number; readonly of: number };
  }[];
}
