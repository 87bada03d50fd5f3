// The part of cli-progress that progress.ts uses; the package brings no types of its own. Types
// only: it is not compiled to anything.

declare module 'cli-progress' {
  interface SingleBarOptions {
    readonly format: string;
    readonly stream: NodeJS.WritableStream;
    readonly barsize: number;
    readonly barCompleteChar: string;
    readonly barIncompleteChar: string;
    readonly clearOnComplete: boolean;
    readonly linewrap: boolean;
  }
  class SingleBar {
    constructor(options: SingleBarOptions);
    start(total: number, value: number): void;
    setTotal(total: number): void;
    update(value: number): void;
    stop(): void;
  }
  const cliProgress: { readonly SingleBar: typeof SingleBar };
  export = cliProgress;
}
