/**
 * How the variables are prettified.
 *
 * The build puts it in place of Prettier's two plugins for JSON, which bring all of JavaScript.
 */
import { applyEdits, format } from "jsonc-parser";

interface Whole {
  text: string;
}

export const parsers = {
  jsonc: {
    parse: (text: string): Whole => ({
      text: applyEdits(text, format(text, undefined, { insertSpaces: true, tabSize: 2 })),
    }),
    astFormat: "whole",
    locStart: () => 0,
    locEnd: (whole: Whole) => whole.text.length,
  },
};

export const printers = { whole: { print: (path: { node: Whole }) => path.node.text } };
