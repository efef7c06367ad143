/** One server-sent event. */
export interface Frame {
  name: string;
  data: string;
}

/** Splits text that arrives in pieces into server-sent events. */
export class Frames {
  #held = "";
  #afterReturn = false;

  feed(chunk: string): Frame[] {
    const text = this.#afterReturn && chunk.startsWith("\n") ? chunk.slice(1) : chunk;
    if (chunk !== "") this.#afterReturn = chunk.endsWith("\r");
    const parts = (this.#held + text.replace(/\r\n?/g, "\n")).split("\n\n");
    this.#held = parts.pop() ?? "";
    return parts.flatMap(parse);
  }
}

/** None for a comment, which only keeps the connection alive. */
function parse(block: string): Frame[] {
  const fields = block.split("\n").map((line): [string, string] => {
    const at = line.indexOf(":");
    return at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 1).replace(/^ /, "")];
  });
  const values = (field: string): string[] =>
    fields.flatMap(([name, value]) => (name === field ? [value] : []));
  const data = values("data");
  const name = values("event").at(-1) ?? "message";
  return data.length > 0 ? [{ name, data: data.join("\n") }] : [];
}
