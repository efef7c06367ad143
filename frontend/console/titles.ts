/** The server's own name of a conversation that nothing was said in; an answer of its REST API. */
const UNTITLED = "新会话";

export function titleOf(title: string): string {
  return title === UNTITLED || title.trim() === "" ? "New conversation" : title;
}
