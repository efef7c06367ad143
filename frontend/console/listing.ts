import { ENTRIES } from "./api.js";
import type { Page } from "./api.js";

/** The newest of something, and more when they are asked for. */
export class Listing<T extends { id: string }> {
  items: readonly T[] = [];
  total = 0;
  readonly #read: (page: number) => Promise<Page<T>>;
  #pages = 1;
  #generation = 0;

  constructor(read: (page: number) => Promise<Page<T>>) {
    this.#read = read;
  }

  /** Reads all that is shown; whether that is the newest, for what was asked for later is newer. */
  async refresh(): Promise<boolean> {
    const generation = ++this.#generation;
    const isNewest = (): boolean => generation === this.#generation;
    try {
      const { items, total } = await this.#readPages();
      if (isNewest()) Object.assign(this, { items, total });
    } catch (error) {
      if (isNewest()) throw error;
    }
    return isNewest();
  }

  more(): Promise<boolean> {
    this.#pages = Math.ceil(this.items.length / ENTRIES) + 1;
    return this.refresh();
  }

  /** What was deleted is not shown any more; an answer from before that is of no use. */
  remove(id: string): void {
    const left = this.items.filter((item) => item.id !== id);
    this.total -= this.items.length - left.length;
    this.items = left;
    this.#generation++;
  }

  /** From the first page on: entries move from one to another as others come and go. */
  async #readPages(): Promise<Page<T>> {
    const found = new Map<string, T>();
    for (let page = 1; ; page++) {
      const { items, total } = await this.#read(page);
      for (const item of items) if (!found.has(item.id)) found.set(item.id, item);
      if (page >= this.#pages || items.length < ENTRIES) return { items: [...found.values()], total };
    }
  }
}
