export default class uPlot {
  constructor(options: object, data: number[][], parent: HTMLElement);
  setSize(size: { width: number; height: number }): void;
  setData(data: number[][]): void;
  destroy(): void;
}
