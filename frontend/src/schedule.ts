/** A page that is hidden, or a frame scrolled out of sight, may get no animation frames at all. */
const UNSEEN_MS = 250;
const SLOW_RENDER_MS = 16;
const BACK_OFF_MS = 100;

/** Batches any number of requests into one render per frame, and fewer when renders are slow. */
export class Scheduler {
  readonly #render: () => boolean;
  #frame = 0;
  #timer = 0;
  #waiting = false;
  #disposed = false;
  #notBefore = 0;

  /** `render` returns whether it left work for another frame. */
  constructor(render: () => boolean) {
    this.#render = render;
  }

  request(): void {
    if (this.#waiting || this.#disposed) return;
    this.#waiting = true;
    const wait = this.#notBefore - performance.now();
    if (wait > 0) this.#timer = window.setTimeout(this.#arm, wait);
    else this.#arm();
  }

  dispose(): void {
    this.#disposed = true;
    this.#cancel();
  }

  readonly #arm = (): void => {
    this.#frame = requestAnimationFrame(this.#run);
    this.#timer = window.setTimeout(this.#run, UNSEEN_MS);
  };

  readonly #run = (): void => {
    this.#cancel();
    this.#waiting = false;
    const begun = performance.now();
    const unfinished = this.#render();
    const ended = performance.now();
    this.#notBefore = ended - begun > SLOW_RENDER_MS ? ended + BACK_OFF_MS : 0;
    if (unfinished) this.request();
  };

  #cancel(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
  }
}
