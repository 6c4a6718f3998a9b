/** The embedded node as the bridge sees it. */
export interface DemoNode {
  /** `127.0.0.1:PORT` */
  readonly address: string;
  readonly host: string;
  readonly port: number;
  /** Of its best block. */
  readonly height: number;
  close(): Promise<void>;
}
