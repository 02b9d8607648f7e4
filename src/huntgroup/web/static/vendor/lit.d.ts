export class LitElement extends HTMLElement {
  static properties: Record<string, object>;
  readonly updateComplete: Promise<boolean>;
  connectedCallback(): void;
  disconnectedCallback(): void;
  requestUpdate(): void;
  protected createRenderRoot(): HTMLElement;
  protected render(): unknown;
  protected firstUpdated(): void;
  protected updated(): void;
}
export function html(strings: TemplateStringsArray, ...values: unknown[]): unknown;
export function svg(strings: TemplateStringsArray, ...values: unknown[]): unknown;
export const nothing: unique symbol;
export function live(value: unknown): unknown;
export function repeat<T>(items: T[], key: (item: T) => unknown, draw: (item: T, place: number) => unknown): unknown;
