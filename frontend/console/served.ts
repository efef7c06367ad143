/** Whether another page of the server is there: an operator may have turned it off. */
export async function isServed(href: string): Promise<boolean> {
  const answer = await fetch(href, { method: "HEAD" }).catch(() => null);
  return answer?.ok ?? false;
}
