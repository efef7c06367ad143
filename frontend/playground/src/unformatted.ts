/**
 * Monaco's own formatter of documents; nothing asks for it, for the button of GraphiQL has another.
 *
 * The build puts it in place of the copy of Prettier that the worker of GraphQL would bring.
 */
export const format = (text: string): string => text;
